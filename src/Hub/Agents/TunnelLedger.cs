using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>One kind of streams in one minute.</summary>
internal readonly record struct TunnelKey(
    string WorkspaceId, string Service, string AgentId, int Port, string? ReachingAgentId, string Visitor, string Ending);

/// <summary>How many and how much.</summary>
internal readonly record struct TunnelTally(long Streams, long BytesIn, long BytesOut)
{
    public static TunnelTally operator +(TunnelTally a, TunnelTally b) =>
        new(a.Streams + b.Streams, a.BytesIn + b.BytesIn, a.BytesOut + b.BytesOut);
}

/// <summary>
/// What flowed since the last look, summed in memory. A stream is counted when it ends, with what was not yet counted of
/// it, and at each look while it lives. Called on relay loops: a lock and an addition, never the database.
/// </summary>
internal sealed class TunnelLedger
{
    public const string Live = "live";
    public const string Done = "done";

    /// <summary>
    /// Kinds of one minute: visitors' networks are what there can be many of. Beyond it they are one, "various", for
    /// each service, so that nothing is lost and memory stays at some megabytes.
    /// </summary>
    internal const int MaximumKinds = 10_000;

    private const string Various = "various";

    private readonly Lock _gate = new();
    private Dictionary<TunnelKey, TunnelTally> _tallies = [];

    public static string Ending(StreamError error) => error == StreamError.None ? Done : error.ToString();

    public void Add(TunnelKey key, TunnelTally more)
    {
        lock (_gate)
        {
            if (_tallies.Count >= MaximumKinds && !_tallies.ContainsKey(key)) key = key with { Visitor = Various };
            _tallies[key] = _tallies.GetValueOrDefault(key) + more;
        }
    }

    /// <summary>Hands out what was counted and begins anew.</summary>
    public Dictionary<TunnelKey, TunnelTally> Take()
    {
        lock (_gate)
        {
            var taken = _tallies;
            _tallies = [];
            return taken;
        }
    }
}
