namespace PrivateConnect.Hub.Agents;

/// <summary>Bytes a second between two looks at counters; "in" is hub ← agent.</summary>
internal sealed class Rates
{
    private bool _hasLooked;

    /// <summary>Of the last look.</summary>
    public long At { get; private set; }

    public long BytesIn { get; private set; }

    public long BytesOut { get; private set; }

    public double In { get; private set; }

    public double Out { get; private set; }

    public bool AreZero => In == 0 && Out == 0;

    public void Look(TimeProvider time, long now, long bytesIn, long bytesOut)
    {
        var seconds = _hasLooked ? time.GetElapsedTime(At, now).TotalSeconds : 0;
        if (seconds > 0)
            (In, Out) = ((bytesIn - BytesIn) / seconds, (bytesOut - BytesOut) / seconds);
        (_hasLooked, At, BytesIn, BytesOut) = (true, now, bytesIn, bytesOut);
    }

    /// <summary>As a look at counters that did not move.</summary>
    public void Rest(long now)
    {
        (In, Out) = (0, 0);
        At = now;
    }
}
