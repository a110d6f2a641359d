using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Relay;

/// <summary>
/// A rate that the ends of many streams share, and that may be set, changed or lifted while they live. Any thread.
/// </summary>
public sealed class SharedRate
{
    private volatile RateLimit? _limit;

    /// <summary>What holds now; null: nothing. Ends that wait look again within a tenth of a second.</summary>
    public RateLimit? Limit
    {
        get => _limit;
        set => _limit = value;
    }
}
