namespace PrivateConnect.Hub.Auth;

/// <summary>A service as the hub remembers it, up or not. No port: its lease was recycled for another service.</summary>
public sealed record ServiceRecord(
    string WorkspaceId, string Name, string AgentId, string Target, int? Port, DateTimeOffset LastPublishedAt);
