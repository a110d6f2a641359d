namespace PrivateConnect.Protocol.Control;

/// <summary>
/// What a service gets of a session, in each direction: asked for where it is exposed, told to the hub with
/// <see cref="PublishService"/>, decided there and told back with <see cref="ShareService"/>, applied by the sender of each
/// direction.
/// </summary>
/// <param name="Weight">Its part beside other busy services, 1 to 100.</param>
/// <param name="LimitBitsPerSecond">Never more than this; 0 for no limit.</param>
/// <param name="FloorBitsPerSecond">At least this while the session is contended; 0 for none.</param>
public sealed record ServiceShare(int Weight, long LimitBitsPerSecond, long FloorBitsPerSecond)
{
    /// <summary>The weight of a service that asked for none; in the middle, so that others can get less and more.</summary>
    public const int DefaultWeight = 10;

    /// <summary>Largest weight: a hundred times the smallest. More: refused.</summary>
    public const int MaxWeight = 100;

    /// <summary>Smallest limit or floor, 64 kbit/s: below it a single frame would last for seconds. Less: refused.</summary>
    public const long MinRate = 64_000;

    /// <summary>Largest limit or floor, 1 Tbit/s: beyond any link, and far from overflow. More: refused.</summary>
    public const long MaxRate = 1_000_000_000_000;

    /// <summary>What a service gets that asked for nothing.</summary>
    public static ServiceShare Default { get; } = new(DefaultWeight, 0, 0);

    /// <summary>Whether every value lies in its bounds and the floor does not lie above the limit.</summary>
    public bool IsValid() =>
        Weight is >= 1 and <= MaxWeight && IsRate(LimitBitsPerSecond) && IsRate(FloorBitsPerSecond)
        && (LimitBitsPerSecond == 0 || FloorBitsPerSecond <= LimitBitsPerSecond);

    private static bool IsRate(long rate) => rate is 0 or (>= MinRate and <= MaxRate);
}
