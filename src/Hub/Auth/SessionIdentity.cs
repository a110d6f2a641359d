namespace PrivateConnect.Hub.Auth;

/// <summary>Who is logged in, and as what in which workspace.</summary>
public sealed record SessionIdentity(
    string SessionId, string UserId, string Email, string WorkspaceId, string Workspace, Role Role)
{
    /// <summary>How the audit log names the person.</summary>
    public string Actor => $"user {UserId}";
}
