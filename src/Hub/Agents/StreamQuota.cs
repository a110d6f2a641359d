using System.Collections.Concurrent;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Agents;

/// <summary>Live streams and bandwidth of each workspace, against its quota.</summary>
internal sealed class StreamQuota(Quotas quotas, RelayProblems problems, TimeProvider time)
{
    /// <summary>A full quota meets every visitor: it is told this often, not each time.</summary>
    private static readonly TimeSpan s_tellEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Counter> _counters = new();

    /// <summary>Takes a place for one stream; false when the quota is used up.</summary>
    public bool TryEnter(string workspaceId, string service)
    {
        var counter = _counters.GetOrAdd(workspaceId, static _ => new Counter());
        var live = Interlocked.Increment(ref counter.Live);
        if (quotas.Of(workspaceId).Streams is not { } most || live <= most)
            return true;
        Interlocked.Decrement(ref counter.Live);
        Tell(counter, workspaceId, service, most);
        return false;
    }

    /// <summary>Gives a place back; once for every <see cref="TryEnter"/> that was true.</summary>
    public void Leave(string workspaceId) => Interlocked.Decrement(ref _counters[workspaceId].Live);

    public int Live(string workspaceId) =>
        _counters.TryGetValue(workspaceId, out var counter) ? Volatile.Read(ref counter.Live) : 0;

    /// <summary>
    /// What all streams of a workspace share, both ways together: for all its life the same object, whose limit follows the
    /// quota. Below the least rate of a service's own limit nothing would get through, so it is never less.
    /// </summary>
    public SharedRate Bandwidth(string workspaceId)
    {
        var counter = _counters.GetOrAdd(workspaceId, static _ => new Counter());
        lock (counter)
        {
            var bits = quotas.Of(workspaceId).Bandwidth;
            if (counter.BitsPerSecond != bits)
            {
                counter.BitsPerSecond = bits;
                counter.Bandwidth.Limit = bits is { } most ? new RateLimit(Math.Max(most, ServiceShare.MinRate), time) : null;
            }

            return counter.Bandwidth;
        }
    }

    private void Tell(Counter counter, string workspaceId, string service, int most)
    {
        var now = time.GetUtcNow();
        lock (counter)
        {
            if (now - counter.Told < s_tellEvery)
                return;
            counter.Told = now;
        }

        problems.Add(workspaceId, service, WorkspaceQuota.Refusal("live streams", most, "end some"));
    }

    private sealed class Counter
    {
        public int Live;

        public DateTimeOffset Told;

        public long? BitsPerSecond;

        public readonly SharedRate Bandwidth = new();
    }
}
