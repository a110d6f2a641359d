namespace PrivateConnect.Hub.Auth;

/// <summary>
/// A service as the hub remembers it, up or not. No port: its lease was recycled for another service.
/// </summary>
public sealed record ServiceRecord(
    string WorkspaceId, string Name, string AgentId, string Target, int? Port, DateTimeOffset LastPublishedAt)
{
    /// <summary>Where its agent published it from; empty when that was before this hub's start.</summary>
    public string Address { get; init; } = "";

    /// <summary>Its agent asked for a port beyond loopback, since this hub's start.</summary>
    public bool IsOpen { get; init; }
}
