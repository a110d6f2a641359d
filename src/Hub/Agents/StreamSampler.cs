using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Compares each stream with its look a second ago. Streams that stand still cost one comparison and no memory; of the
/// others the busiest are told.
/// </summary>
internal sealed class StreamSampler
{
    /// <summary>Streams of a service that are told one by one; more would be a page that nobody reads. The rest is in the sums.</summary>
    public const int Told = 100;

    private readonly List<KeyValuePair<MuxStream, PublishedService.Guest>> _live = [];
    private Dictionary<MuxStream, StreamStatistics> _before = [];
    private Dictionary<MuxStream, StreamStatistics> _now = [];

    /// <summary>The streams of a service that moved or hold bytes, busiest first, then idle ones while there is room.</summary>
    public IReadOnlyList<LiveStream> Sample(PublishedService service)
    {
        var told = new PriorityQueue<LiveStream, double>();
        service.CopyLive(_live);
        foreach (var (stream, guest) in _live)
        {
            var moved = stream.BytesIn + stream.BytesOut;
            var known = _before.TryGetValue(stream, out var before);
            var isStill = moved == stream.SampledBytes && stream.BytesHeld == 0 && !stream.IsOutOfCredit;
            if (isStill && !known && told.Count >= Told)
                continue;
            stream.SampledBytes = moved;
            var now = stream.ReadStatistics();
            if (!isStill)
                _now[stream] = now;
            var look = Look(service, stream, guest, known ? before : now, now);
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
        _live.Clear();
    }

    private static LiveStream Look(
        PublishedService service, MuxStream stream, PublishedService.Guest guest, in StreamStatistics before, in StreamStatistics now)
    {
        var seconds = (now.At - before.At).TotalSeconds;
        var (inRate, outRate) = seconds <= 0 ? (0, 0)
            : ((now.BytesIn - before.BytesIn) / seconds, (now.BytesOut - before.BytesOut) / seconds);
        return new LiveStream(
            service.StreamId(stream), guest.Peer, guest.At, now.BytesIn, now.BytesOut, inRate, outRate, now.BytesHeld, now.Window,
            now.PeerWindow, now.FactorInSince(before), now.FactorSince(before), now.AddedWaitSince(before));
    }
}
