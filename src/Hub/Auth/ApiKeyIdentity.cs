namespace PrivateConnect.Hub.Auth;

/// <summary>The program behind a valid API key.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="WorkspaceId">The only workspace it may see.</param>
/// <param name="Workspace">That workspace's name.</param>
/// <param name="Name">What a person called the key.</param>
/// <param name="Scopes">What it was made for.</param>
/// <param name="Role">
/// Within its scopes it may do what this role may: its person's role of this moment; a workspace's key is an admin.
/// </param>
/// <param name="UserId">Whose personal key it is; null for a key of the workspace.</param>
public sealed record ApiKeyIdentity(
    string KeyId, string WorkspaceId, string Workspace, string Name, IReadOnlyList<string> Scopes, Role Role,
    string? UserId)
{
    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>How the audit log names it.</summary>
    public string Actor => ActorOf(KeyId);

    internal static string ActorOf(string keyId) => $"key {keyId}";
}
