namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// Round trips by PING: smoothed after RFC 6298 (gain 1/8) for people, and the least one, which slowly forgets, for the
/// window: a queue on the path must not look like distance. Pure; one writer.
/// </summary>
internal struct RoundTripTime
{
    /// <summary>The first samples hold a starting process more than a path: they are replaced, not smoothed.</summary>
    private const int EarlySamples = 4;

    /// <summary>A path that is worse is given up long before; what claims more is forged, and no sum of it may overflow. Ignored.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const int SmoothedGain = 8;
    private const int LeastGain = 64;

    public int Samples { get; private set; }

    public TimeSpan? Smoothed { get; private set; }

    public TimeSpan? Least { get; private set; }

    public void Add(TimeSpan sample)
    {
        Smoothed = Smoothed is { } s && Samples >= EarlySamples ? s + (sample - s) / SmoothedGain : sample;
        Least = Least is { } l && l < sample ? l + (sample - l) / LeastGain : sample;
        Samples++;
    }

    /// <summary>Whether more samples are wanted soon.</summary>
    public readonly bool IsYoung => Samples < EarlySamples;
}
