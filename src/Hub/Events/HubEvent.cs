namespace PrivateConnect.Hub.Events;

/// <summary>Something that happened in a workspace, ready to be sent.</summary>
/// <param name="Number">Its place among the workspace's events of this run of the hub.</param>
/// <param name="Type">A word of <see cref="EventType"/>.</param>
/// <param name="Scope">Who may see it: keys with this scope; null: all.</param>
/// <param name="Data">JSON on one line.</param>
internal sealed record HubEvent(long Number, string Type, string? Scope, ReadOnlyMemory<byte> Data);
