using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Relay;

/// <summary>
/// Holds what one end sends to a shared rate. What it must not send yet waits in the stream like the bytes of a slow reader,
/// so the sender is held back by its window. Used under the stream's lock, but for the wait.
/// </summary>
internal sealed class Pacer(SharedRate rate, Action more) : IDisposable
{
    // A rate that is lifted meanwhile is noticed after this at the latest; a wait that is too short is one look more.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(100);

    // The same clock as other waits of an end.
    private static readonly TimeProvider s_time = TimeProvider.System;

    private ITimer? _timer;
    private RateLimit? _limit;

    /// <summary>Whether the rate, not the socket, refused the last bytes.</summary>
    public bool MustWait { get; private set; }

    /// <summary>How many of these bytes may be sent now.</summary>
    public int Most(int length)
    {
        _limit = rate.Limit;
        var most = _limit is null ? length : Math.Min(length, _limit.Available);
        MustWait = most < length;
        return most;
    }

    /// <summary>What the socket took of what was allowed.</summary>
    public void OnSent(int taken, int allowed)
    {
        if (taken < allowed)
            MustWait = false;
        if (taken > 0)
            _limit?.Spend(taken);
    }

    /// <summary>Says once, later, that there may be room.</summary>
    public void Wait()
    {
        var wait = rate.Limit?.Wait ?? TimeSpan.Zero;
        wait = TimeSpan.FromMilliseconds(Math.Ceiling((wait < s_longest ? wait : s_longest).TotalMilliseconds));
        _timer ??= s_time.CreateTimer(static o => ((Action)o!)(), more, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer?.Dispose();
}
