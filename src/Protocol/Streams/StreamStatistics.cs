namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// One look at a stream: what it moved, what waits, and how long it stood in which wait so far. Two looks give rates and
/// <see cref="FactorSince"/>. Taking one costs a lock and an allocation-free copy; the data path keeps no more than a time
/// stamp when a stream changes between idle, waiting and out of credit.
/// </summary>
/// <param name="At">When, on the session's clock.</param>
/// <param name="BytesIn">Bytes from the peer that the end took.</param>
/// <param name="BytesOut">Bytes sent to the peer.</param>
/// <param name="BytesHeld">Bytes that wait because the end is slow.</param>
/// <param name="Window">How far the peer may run ahead of what the end took.</param>
/// <param name="PeerWindow">How far the peer lets us run ahead, as far as its credits showed.</param>
/// <param name="Turns">Turns that the writer gave it.</param>
/// <param name="Idle">Time in which its source had nothing.</param>
/// <param name="Queued">Time in which it waited for the writer.</param>
/// <param name="OutOfCredit">Time in which it waited for the peer's credit.</param>
/// <param name="Held">Time in which bytes were held for a slow end.</param>
/// <param name="Limited">Time in which its service waited for its limit.</param>
/// <param name="Blocked">Time in which the session's connection took nothing.</param>
/// <param name="RoundTrip">Of the session, smoothed; null before the first.</param>
public readonly record struct StreamStatistics(
    TimeSpan At, long BytesIn, long BytesOut, long BytesHeld, int Window, int PeerWindow, long Turns,
    TimeSpan Idle, TimeSpan Queued, TimeSpan OutOfCredit, TimeSpan Held, TimeSpan Limited, TimeSpan Blocked, TimeSpan? RoundTrip)
{
    /// <summary>
    /// A round trip shorter than this says nothing about a window: the processors at both ends take longer.
    /// </summary>
    private static readonly TimeSpan s_leastRoundTrip = TimeSpan.FromMicroseconds(700);

    /// <summary>Mean wait for the writer of one turn since <paramref name="before"/>: what the session added.</summary>
    public TimeSpan AddedWaitSince(in StreamStatistics before) =>
        Turns == before.Turns ? TimeSpan.Zero : (Queued - before.Queued) / (Turns - before.Turns);

    /// <summary>What held the direction to the peer back since <paramref name="before"/>: where it stood longest.</summary>
    public LimitingFactor FactorSince(in StreamStatistics before)
    {
        var (idle, queued, credit) = (Idle - before.Idle, Queued - before.Queued, OutOfCredit - before.OutOfCredit);
        if (idle + queued + credit <= TimeSpan.Zero)
            return LimitingFactor.None;
        if (idle >= queued && idle >= credit)
            return LimitingFactor.Source;
        if (credit > queued)
            return IsWindowBound(before) ? LimitingFactor.Window : LimitingFactor.Reader;
        if (Limited - before.Limited > queued / 2)
            return LimitingFactor.Limit;
        return Blocked - before.Blocked > queued / 2 ? LimitingFactor.Connection : LimitingFactor.Scheduler;
    }

    /// <summary>What held the direction from the peer back here: a slow end, or nothing that this side knows.</summary>
    public LimitingFactor FactorInSince(in StreamStatistics before) =>
        Held - before.Held > (At - before.At) / 2 ? LimitingFactor.Reader : LimitingFactor.None;

    /// <summary>Credit came back as fast as the path allows, and yet it was short: half of window by round trip was reached.</summary>
    private bool IsWindowBound(in StreamStatistics before)
    {
        if (RoundTrip is not { } roundTrip)
            return false;
        roundTrip = roundTrip > s_leastRoundTrip ? roundTrip : s_leastRoundTrip;
        return (BytesOut - before.BytesOut) * roundTrip.TotalSeconds * 2 >= PeerWindow * (At - before.At).TotalSeconds;
    }
}
