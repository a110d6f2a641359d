using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Compares each stream with its look a second ago. Streams that stand still cost one comparison; the words on those of them
/// that are told are kept until they move. Of the others the busiest are told.
/// </summary>
internal sealed class StreamSampler
{
    /// <summary>Streams of a service that are told one by one; more would be a page that nobody reads. The rest is in the sums.</summary>
    public const int Told = 100;

    private Dictionary<MuxStream, StreamStatistics> _before = [];
    private Dictionary<MuxStream, StreamStatistics> _now = [];
    // What was told of streams that stood still: at most Told of each service.
    private Dictionary<MuxStream, LiveStream> _stillBefore = [];
    private Dictionary<MuxStream, LiveStream> _stillNow = [];

    /// <summary>The streams of a service that moved or hold bytes, busiest first, then idle ones while there is room.</summary>
    /// <param name="service">Whose streams.</param>
    /// <param name="live">All of them.</param>
    /// <param name="areAtRest">All stand still, and were told so: the next look would find the same.</param>
    public IReadOnlyList<LiveStream> Sample(
        PublishedService service, List<KeyValuePair<MuxStream, LiveTunnel>> live, out bool areAtRest)
    {
        areAtRest = true;
        var told = new PriorityQueue<LiveStream, double>();
        foreach (var (stream, tunnel) in live)
        {
            var moved = stream.BytesIn + stream.BytesOut;
            var known = _before.TryGetValue(stream, out var before);
            var isStill = moved == stream.SampledBytes && stream.BytesHeld == 0 && !stream.IsOutOfCredit;
            areAtRest &= isStill && !known;
            if (isStill && !known && told.Count >= Told)
                continue;
            // Since two looks: the first one after it stopped still tells what it did.
            if (isStill && !known && _stillBefore.TryGetValue(stream, out var same))
            {
                told.Enqueue(_stillNow[stream] = same, 0);
                continue;
            }

            stream.SampledBytes = moved;
            var now = stream.ReadStatistics();
            if (!isStill)
                _now[stream] = now;
            var look = Look(service, stream, tunnel.Guest, known ? before : now, now);
            if (isStill && !known)
                _stillNow[stream] = look;
            told.Enqueue(look, look.InRate + look.OutRate + (look.BytesHeld > 0 ? 1 : 0));
            if (told.Count > Told)
                told.Dequeue();
        }

        var streams = new LiveStream[told.Count];
        for (var i = streams.Length; i > 0;)
            streams[--i] = told.Dequeue();
        return streams;
    }

    /// <summary>After all services: what did not move in this round is forgotten.</summary>
    public void EndRound()
    {
        (_before, _now) = (_now, _before);
        _now.Clear();
        (_stillBefore, _stillNow) = (_stillNow, _stillBefore);
        _stillNow.Clear();
    }

    /// <summary>What the hub sees goes first; what holds the sender back only the sender knows.</summary>
    private static LimitingFactor FactorIn(
        PublishedService service, MuxStream stream, in StreamStatistics before, in StreamStatistics now) =>
        now.FactorInSince(before) is var seen and not LimitingFactor.None ? seen : service.Owner.Told.FactorOf(stream.Id);

    private static LiveStream Look(
        PublishedService service, MuxStream stream, PublishedService.Guest guest, in StreamStatistics before, in StreamStatistics now)
    {
        var seconds = (now.At - before.At).TotalSeconds;
        var (inRate, outRate) = seconds <= 0 ? (0, 0)
            : ((now.BytesIn - before.BytesIn) / seconds, (now.BytesOut - before.BytesOut) / seconds);
        return new LiveStream(
            service.StreamId(stream), guest.Peer, guest.At, now.BytesIn, now.BytesOut, inRate, outRate, now.BytesHeld, now.Window,
            now.PeerWindow, FactorIn(service, stream, before, now), now.FactorSince(before), now.AddedWaitSince(before))
        {
            PeerAgentId = guest.Agent?.Agent.AgentId,
        };
    }
}
