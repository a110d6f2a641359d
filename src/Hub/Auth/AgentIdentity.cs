namespace PrivateConnect.Hub.Auth;

/// <summary>An enrolled agent as the handshake and the router know it.</summary>
public sealed record AgentIdentity(string AgentId, string WorkspaceId, string Workspace, string Label, bool Revoked);
