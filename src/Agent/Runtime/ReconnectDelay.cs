namespace PrivateConnect.Agent;

/// <summary>
/// How long to wait before the next try to connect. Full jitter, so that many agents that lose one hub come back spread
/// out; soon in the first minute, when a hub restarts, seldom after it, when it is down. A value; pure but for the dice.
/// </summary>
internal struct ReconnectDelay
{
    /// <summary>The first try: at once for a person, spread enough for a small fleet.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);

    public static readonly TimeSpan CapAtFirst = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan CapLater = TimeSpan.FromSeconds(10);

    /// <summary>How long after the loss <see cref="CapAtFirst"/> holds.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>A session that lived this long was a good one: the next loss counts from the start.</summary>
    public static readonly TimeSpan GoodSession = TimeSpan.FromSeconds(30);

    /// <summary>No hub may send its agents away for longer.</summary>
    public static readonly TimeSpan LongestReturnWindow = TimeSpan.FromMinutes(1);

    /// <summary>Tries since the last good session.</summary>
    public int Attempt { get; private set; }

    /// <summary>A session ended after it had lived so long.</summary>
    public void SessionEnded(TimeSpan lived)
    {
        if (lived >= GoodSession)
            Attempt = 0;
    }

    /// <summary>The wait before the next try.</summary>
    /// <param name="sinceLoss">Since the first loss after the last good session.</param>
    /// <param name="returnWindow">Over which the hub wants its agents spread (WELCOME).</param>
    /// <param name="retryAfter">The least pause that the hub asked for (REFUSED, GOAWAY).</param>
    /// <param name="dice">0 to 1.</param>
    public TimeSpan Next(TimeSpan sinceLoss, TimeSpan returnWindow, TimeSpan retryAfter, double dice)
    {
        TimeSpan ceiling;
        if (Attempt == 0)
        {
            ceiling = Clamp(returnWindow, First, LongestReturnWindow);
        }
        else
        {
            // 2^16 × 250 ms is far beyond either cap; the bound only keeps the shift in range.
            var grown = First * (1 << Math.Min(Attempt, 16));
            ceiling = Clamp(grown, First, sinceLoss < Soon ? CapAtFirst : CapLater);
        }

        Attempt = Math.Min(Attempt + 1, int.MaxValue - 1);
        return Clamp(retryAfter, TimeSpan.Zero, HubVerdict.LongestPause) + (ceiling * dice);
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
