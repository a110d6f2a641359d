using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using PrivateConnect.Hub.Api;

namespace PrivateConnect.Hub.Events;

/// <summary>The events of all workspaces, each in its own ring. Publishing never waits. Thread-safe.</summary>
internal sealed class EventFeed(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, EventRing> _rings = new(StringComparer.Ordinal);

    /// <summary>Numbers start anew with each run of the hub; an id tells which run it is of.</summary>
    public string Run { get; } = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);

    public EventRing Of(string workspaceId) => _rings.GetOrAdd(workspaceId, static _ => new EventRing());

    public void Publish(string workspaceId, string type, EventData data) =>
        Of(workspaceId).Add(type, EventType.Scope(type), JsonSerializer.SerializeToUtf8Bytes(data, ApiJson.Default.EventData));

    /// <summary>Somebody's rights changed: <paramref name="what"/> is the act's word in the audit log.</summary>
    public void RightsChanged(string workspaceId, string what, string? agentId = null, string? service = null) =>
        Publish(workspaceId, EventType.RightsChanged,
            new EventData(time.GetUtcNow()) { What = what, AgentId = agentId, Service = service });
}
