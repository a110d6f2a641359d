namespace PrivateConnect.Hub.Agents;

/// <summary>What flows now, sampled once a second; pages and API read the latest sample and never touch the data path.</summary>
public sealed record LiveSample(
    DateTimeOffset At,
    IReadOnlyList<LiveAgent> Agents,
    IReadOnlyList<LiveService> Services,
    int PortsUsed,
    int PortsTotal,
    IReadOnlyList<LiveProblem> Problems)
{
    public static LiveSample Empty { get; } = new(DateTimeOffset.MinValue, [], [], 0, 0, []);
}

/// <summary>An agent that is connected now. Rates in bytes a second; "in" is hub ← agent.</summary>
public sealed record LiveAgent(
    string AgentId, string WorkspaceId, string Label, string Version, string Address, DateTimeOffset ConnectedAt,
    TimeSpan? RoundTrip, int Streams, long BytesIn, long BytesOut, double InRate, double OutRate);

/// <summary>
/// A service that is published now (its agent is up). History: one total rate a second, newest last, at most 300.
/// </summary>
public sealed record LiveService(
    string WorkspaceId, string Name, string AgentId, string AgentLabel, string Target, string Address, int Port,
    int Streams, long BytesIn, long BytesOut, double InRate, double OutRate, IReadOnlyList<double> History)
{
    /// <summary>Visitors that were turned away by address or quota.</summary>
    public long Refused { get; init; }

    /// <summary>Streams since it is up, those that live included.</summary>
    public long Opened { get; init; }
}

/// <summary>Something that went wrong lately, newest first, at most 50.</summary>
public sealed record LiveProblem(DateTimeOffset At, string WorkspaceId, string Service, string What);

/// <summary>Holds the latest sample; written by the sampler, read by everyone.</summary>
public sealed class LiveView
{
    private volatile LiveSample _current = LiveSample.Empty;

    public LiveSample Current => _current;

    /// <summary>A sample took the place of another; raised on the sampler's thread, must not block.</summary>
    internal event Action<LiveSample, LiveSample>? Published;

    /// <summary>One caller at a time.</summary>
    public void Publish(LiveSample sample)
    {
        var before = _current;
        _current = sample;
        Published?.Invoke(before, sample);
    }
}
