using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Tells streams that were quiet lately from bulk: quiet is a stream that sent less than a usual frame in the last
/// interval. Pure; milliseconds of a monotonic clock.
/// </summary>
internal struct StreamPace
{
    /// <summary>Long against a turn of the writer, short against a keystroke.</summary>
    private const long IntervalMilliseconds = 10;

    private long _since;
    private int _sent;

    public readonly bool IsQuiet(long nowMilliseconds) =>
        _sent < ProtocolLimits.UsualPayload || nowMilliseconds - _since > IntervalMilliseconds;

    public void Spend(int bytes, long nowMilliseconds)
    {
        if (nowMilliseconds - _since > IntervalMilliseconds)
        {
            _since = nowMilliseconds;
            _sent = 0;
        }

        _sent = (int)Math.Min((long)_sent + bytes, int.MaxValue);
    }
}
