namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// A token bucket of bytes, alone or inside a parent's (a service inside its workspace): what is spent here is spent
/// there. Any thread. It is refilled when it is looked at: there is nothing to tick.
/// </summary>
public sealed class RateLimit
{
    /// <summary>Unused tokens are kept for this long: a timer that is late costs no rate, a pause gives no flood.</summary>
    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(20);

    /// <summary>A wait is for this much: neither a timer for every packet nor a stutter.</summary>
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    /// <summary>A bucket never holds less than one usual frame.</summary>
    private const int LeastBurst = 16 * 1024;

    /// <summary>Steps of a slow limit still carry a packet's worth.</summary>
    private const int LeastStep = 1024;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly RateLimit? _parent;
    private readonly double _bytesPerSecond;
    private readonly double _burst;
    private readonly double _step;
    private double _tokens;
    private long _at;

    /// <summary>A full bucket of <paramref name="bitsPerSecond"/>.</summary>
    public RateLimit(long bitsPerSecond, TimeProvider time, RateLimit? parent = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bitsPerSecond);
        ArgumentNullException.ThrowIfNull(time);
        (_time, _parent) = (time, parent);
        _bytesPerSecond = bitsPerSecond / 8.0;
        _burst = Math.Max(LeastBurst, _bytesPerSecond * s_burst.TotalSeconds);
        _step = Math.Clamp(_bytesPerSecond * s_step.TotalSeconds, LeastStep, LeastBurst);
        _tokens = _burst;
        _at = time.GetTimestamp();
    }

    /// <summary>Bytes that may be sent now; 0 while less than a step is there. Then wait for <see cref="Wait"/>.</summary>
    public int Available
    {
        get
        {
            int own;
            lock (_gate)
            {
                Refill();
                own = _tokens < _step ? 0 : (int)Math.Min(_tokens, int.MaxValue);
            }

            return _parent is null || own == 0 ? own : Math.Min(own, _parent.Available);
        }
    }

    /// <summary>How long until a step is there.</summary>
    public TimeSpan Wait
    {
        get
        {
            TimeSpan own;
            lock (_gate)
            {
                Refill();
                own = _tokens >= _step ? TimeSpan.Zero : TimeSpan.FromSeconds((_step - _tokens) / _bytesPerSecond);
            }

            var others = _parent?.Wait ?? TimeSpan.Zero;
            return own > others ? own : others;
        }
    }

    /// <summary>Counts sent bytes. Users of one parent may overdraw it together; then all of them wait longer.</summary>
    public void Spend(int bytes)
    {
        lock (_gate)
            _tokens -= bytes;
        _parent?.Spend(bytes);
    }

    private void Refill()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + _time.GetElapsedTime(_at, now).TotalSeconds * _bytesPerSecond);
        _at = now;
    }
}
