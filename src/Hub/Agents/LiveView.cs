using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

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
    /// <summary>How streams ended since the hub started, all workspaces.</summary>
    public IReadOnlyDictionary<StreamError, long> StreamEnds { get; init; } = new Dictionary<StreamError, long>();

    /// <summary>How agents' sessions ended since the hub started, all workspaces.</summary>
    public IReadOnlyDictionary<SessionEndReason, long> SessionEnds { get; init; } = new Dictionary<SessionEndReason, long>();

    public static LiveSample Empty { get; } = new(DateTimeOffset.MinValue, [], [], 0, 0, []);
}

/// <summary>An agent that is connected now. Rates in bytes a second; "in" is hub ← agent.</summary>
public sealed record LiveAgent(
    string AgentId, string WorkspaceId, string Label, string Version, string Address, DateTimeOffset ConnectedAt,
    TimeSpan? RoundTrip, int Streams, long BytesIn, long BytesOut, double InRate, double OutRate)
{
    /// <summary>Median of the last pings' round trips: what a request through the hub costs more.</summary>
    public TimeSpan? MedianRoundTrip { get; init; }

    /// <summary>What it tells of itself; null where it tells nothing.</summary>
    public AgentLoad? Load { get; init; }
}

/// <summary>
/// A service that is published now (its agent is up). Its rates before now: <see cref="FlowHistories"/>.
/// </summary>
public sealed record LiveService(
    string WorkspaceId, string Name, string AgentId, string AgentLabel, string Target, string Address, int Port,
    int Streams, long BytesIn, long BytesOut, double InRate, double OutRate)
{
    /// <summary>Visitors that were turned away by address or quota.</summary>
    public long Refused { get; init; }

    /// <summary>What it gets of its agent's session.</summary>
    public ServiceShare Share { get; init; } = ServiceShare.Default;

    /// <summary>Whether its agent can be told; else what the workspace decided holds for the hub's direction alone.</summary>
    public bool IsShareTold { get; init; }

    /// <summary>Its streams, busiest first, at most 100.</summary>
    public IReadOnlyList<LiveStream> Busiest { get; init; } = [];

    /// <summary>How its streams ended since it was published.</summary>
    public IReadOnlyDictionary<StreamError, long> Ended { get; init; } = new Dictionary<StreamError, long>();

    /// <summary>The share in plain numbers; 0 bits a second is none.</summary>
    public (int Weight, long LimitBits, long FloorBits) ShareNumbers =>
        (Share.Weight, Share.LimitBitsPerSecond, Share.FloorBitsPerSecond);

    /// <summary>How its streams ended, most first, in the words of the log; "in order" for a clean end.</summary>
    public IReadOnlyList<(string Cause, long Count)> EndedWords => [.. Ended.OrderByDescending(end => end.Value)
        .Select(end => (end.Key == StreamError.None ? "in order" : end.Key.ToString(), end.Value))];

    /// <summary>What held its busiest stream back, towards the agent and from it.</summary>
    public LimitingFactor OutFactor => Busiest.Count == 0 ? LimitingFactor.None : Busiest[0].OutFactor;

    /// <summary>As <see cref="OutFactor"/>, from the agent.</summary>
    public LimitingFactor InFactor => Busiest.Count == 0 ? LimitingFactor.None : Busiest[0].InFactor;

    /// <summary>Bytes that wait here for slow visitors of the busiest streams.</summary>
    public long BytesHeld => Busiest.Sum(stream => stream.BytesHeld);

    /// <summary>Median of its last streams from OPEN to OPENED: to the agent, its dial of the target, and back.</summary>
    public TimeSpan? MedianOpenTime { get; init; }

    /// <summary>Streams since it is up, those that live included.</summary>
    public long Opened { get; init; }
}

/// <summary>Something that went wrong lately, newest first, at most 50.</summary>
public sealed record LiveProblem(DateTimeOffset At, string WorkspaceId, string Service, string What);

/// <summary>Holds the latest sample; written by the sampler, read by everyone.</summary>
public sealed class LiveView
{
    private volatile LiveSample _current = LiveSample.Empty;
    // Made by the first who waits: a hub that nobody looks at makes none.
    private TaskCompletionSource<LiveSample>? _next;

    public LiveSample Current => _current;

    /// <summary>The sample after <paramref name="seen"/>: at once when there is a newer one. Who is slow misses those between.</summary>
    public Task<LiveSample> NextAsync(LiveSample seen, CancellationToken ct)
    {
        // Taken before the look: a sample that comes between the two is met by one of them.
        var next = Volatile.Read(ref _next);
        if (next is null)
        {
            var mine = NewSignal();
            next = Interlocked.CompareExchange(ref _next, mine, null) ?? mine;
        }

        return !ReferenceEquals(_current, seen) ? Task.FromResult(_current) : next.Task.WaitAsync(ct);
    }

    /// <summary>A sample took the place of another; raised on the sampler's thread, must not block.</summary>
    internal event Action<LiveSample, LiveSample>? Published;

    /// <summary>One caller at a time.</summary>
    public void Publish(LiveSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var before = _current;
        _current = sample;
        Interlocked.Exchange(ref _next, null)?.SetResult(sample);
        Published?.Invoke(before, sample);
    }

    private static TaskCompletionSource<LiveSample> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
