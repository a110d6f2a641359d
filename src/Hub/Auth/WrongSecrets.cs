using System.Net;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Counts wrong secrets per source and says who must wait. Secrets cannot be guessed; this keeps those who try from
/// costing a query each.
/// </summary>
public sealed class WrongSecrets(TimeProvider time)
{
    // A person with a wrong key in a script stays below; a guesser gets nowhere.
    private const int MaximumPerWindow = 20;

    internal const int MaximumSources = AttemptLimit.MaximumKeys;

    private readonly AttemptLimit _limit = new(time, Window, MaximumPerWindow);

    /// <summary>How long a source is remembered, at most.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    internal int Sources => _limit.Keys;

    public bool MustWait(IPAddress? address) => _limit.IsReached(SourceNetwork.Of(address));

    public void Add(IPAddress? address) => _limit.Add(SourceNetwork.Of(address));
}
