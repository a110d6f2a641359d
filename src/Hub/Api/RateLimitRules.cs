namespace PrivateConnect.Hub.Api;

/// <summary>So many calls at once, refilled within that many seconds.</summary>
internal sealed record RateLimit(string Name, int Quota, int Seconds);

/// <summary>How much of the hub callers of the API may take; the tunnels share its processors.</summary>
internal sealed record RateLimitRules(RateLimit Key, RateLimit Source)
{
    /// <summary>
    /// A read costs a fifth of a millisecond of processor: 200 a second are 4 % of one core. A source (a /24, a /64) may
    /// be many people behind one address.
    /// </summary>
    public static RateLimitRules Default { get; } = new(new RateLimit("key", 400, 2), new RateLimit("source", 2_000, 2));
}
