namespace PrivateConnect.Hub.Auth;

/// <summary>The program behind a valid API key.</summary>
public sealed record ApiKeyIdentity(
    string KeyId, string WorkspaceId, string Workspace, string Name, IReadOnlyList<string> Scopes)
{
    /// <summary>What the key's owner may do in the workspace now.</summary>
    public Role Role { get; init; } = Role.Owner;

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>How the audit log names it.</summary>
    public string Actor => $"key {KeyId}";
}
