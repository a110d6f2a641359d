using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent;

/// <summary>
/// Compares each stream of the exposed services with its look at the last report, and says what held it back towards the hub.
/// Streams that stand still cost one comparison and no memory; while nothing goes over the session they are not looked at.
/// </summary>
internal sealed class StreamWatch(LocalServices services, Session session)
{
    /// <summary>Moving streams that are compared, 300 bytes each; of an agent with more the others are told nothing of.</summary>
    private const int MaxWatched = 1_024;

    private Dictionary<MuxStream, StreamStatistics> _before = [];
    private Dictionary<MuxStream, StreamStatistics> _now = [];
    private long _traffic = -1;
    private bool _hadMoved;

    /// <summary>Of those that moved: the busiest that something held back. Null: nothing moved at all.</summary>
    public IReadOnlyList<StreamReport>? Look()
    {
        var traffic = session.Traffic;
        if (!_hadMoved && traffic == _traffic)
            return null;
        var hasMoved = false;
        var busiest = new PriorityQueue<StreamReport, long>();
        foreach (var stream in services.Streams)
        {
            var moved = stream.BytesIn + stream.BytesOut;
            if (moved == stream.SampledBytes && !stream.IsOutOfCredit)
                continue;
            stream.SampledBytes = moved;
            hasMoved = true;
            if (!stream.IsOf(session) || _now.Count == MaxWatched)
                continue;
            var now = _now[stream] = stream.ReadStatistics();
            if (!_before.TryGetValue(stream, out var before) || now.FactorSince(before) is var factor && factor == LimitingFactor.None)
                continue;
            busiest.Enqueue(new StreamReport(stream.Id, factor), now.BytesOut - before.BytesOut);
            if (busiest.Count > AgentReport.MaxStreams)
                busiest.Dequeue();
        }

        (_before, _now) = (_now, _before);
        _now.Clear();
        (_traffic, _hadMoved) = (traffic, hasMoved);
        return hasMoved ? [.. busiest.UnorderedItems.Select(item => item.Element)] : null;
    }
}
