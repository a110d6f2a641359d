using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent;

/// <summary>Adds up what the streams of a service do between two looks, and remembers the busiest.</summary>
internal sealed class FlowNow
{
    private double _inRate;
    private double _outRate;
    private long _held;
    private double _busiest = -1;
    private StreamStatistics _before;
    private StreamStatistics _now;

    public void Add(in StreamStatistics before, in StreamStatistics now)
    {
        var seconds = (now.At - before.At).TotalSeconds;
        if (seconds <= 0)
            return;
        var (inRate, outRate) = ((now.BytesIn - before.BytesIn) / seconds, (now.BytesOut - before.BytesOut) / seconds);
        _inRate += inRate;
        _outRate += outRate;
        _held += now.BytesHeld;
        // Where nothing moves, one that holds bytes says more than one that is idle.
        var weight = inRate + outRate + (now.BytesHeld > 0 ? 1 : 0);
        if (weight > _busiest)
            (_busiest, _before, _now) = (weight, before, now);
    }

    public ServiceStatus Tell(ServiceStatus status) => _busiest < 0 ? status : status with
    {
        InRate = (long)_inRate,
        OutRate = (long)_outRate,
        BytesHeld = _held,
        InFactor = FactorWords.Of(_now.FactorInSince(_before)),
        OutFactor = FactorWords.Of(_now.FactorSince(_before)),
        AddedWaitMs = Math.Round(_now.AddedWaitSince(_before).TotalMilliseconds, 3),
        Window = _now.Window,
        PeerWindow = _now.PeerWindow,
    };
}
