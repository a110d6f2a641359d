using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Web.Live;

/// <summary>What an agent is and how it is connected, ready to print.</summary>
public sealed record AgentFacts(
    string Id, bool Up, string Version, string Address, string RoundTrip, string Since, DateTimeOffset? SeenAt, DateTimeOffset CreatedAt,
    string Reconnects, bool IsEphemeral, string Tags, string Streams, string In, string Out, string BytesIn, string BytesOut)
{
    /// <summary>Physical memory of its process, as it tells; empty where it tells nothing.</summary>
    public string Memory { get; init; } = "";

    /// <summary>Its processor time now, of how many processors.</summary>
    public string Processor { get; init; } = "";

    /// <summary>Median round trip of the last pings.</summary>
    public string MedianRoundTrip { get; init; } = "";
}

/// <summary>What an agent exposes.</summary>
public sealed record AgentServices(string Label, IReadOnlyList<AgentServiceLine> Lines);

/// <summary>One of its services.</summary>
public sealed record AgentServiceLine(string Name, ServiceState State, string Target, string Streams, string In, string Out);

/// <summary>The services that an agent may reach by name, and those that it reaches now; More: how many are not listed.</summary>
public sealed record AgentReach(IReadOnlyList<AgentReachLine> Now, IReadOnlyList<string> Names, int More);

/// <summary>A service that it reaches now. "In" is from the service.</summary>
public sealed record AgentReachLine(string Name, string Streams, string In, string Out);

/// <summary>Live streams to an agent's services and from it.</summary>
public sealed record AgentStreams(IReadOnlyList<AgentStreamLine> Lines, int More, bool Up);

/// <summary>One of them.</summary>
public sealed record AgentStreamLine(
    string Id, string Service, string Peer, string Age, string In, string Out, string InFactor, string OutFactor);

/// <summary>One agent's page, part by part. Reads memory only; null: the agent is gone.</summary>
public sealed class AgentDetail(AgentDirectory agents, ServiceDirectory services, ServicePolicy policy, TimeProvider time)
{
    // The busiest; the rest is in the sums, and on the services' pages.
    private const int ShownStreams = 30;

    // More is a wall of names; the page Services has them all.
    private const int ShownNames = 60;

    /// <summary>The agent of this workspace; null when there is none, or it was revoked.</summary>
    public AgentIdentity? Find(string workspaceId, string agentId) =>
        agents.FindById(agentId) is { Revoked: false } known && known.WorkspaceId == workspaceId ? known : null;

    public AgentFacts? Facts(LiveSample sample, string workspaceId, string agentId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (Find(workspaceId, agentId) is not { } known)
            return null;
        var live = Live(sample, agentId);
        var presence = agents.PresenceOf(agentId);
        return new AgentFacts(
            agentId, live is not null, live?.Version ?? "", live?.Address ?? presence.Address,
            live is null ? "" : Format.RoundTrip(live.RoundTrip), live is null ? "" : Format.Since(time.GetUtcNow() - live.ConnectedAt),
            live is null ? presence.LastSeenAt : null, known.CreatedAt, AgentTable.Reconnects(presence), known.Ephemeral, known.Tags,
            Format.Count(live?.Streams ?? 0, "stream"), Format.Rate(live?.InRate ?? 0), Format.Rate(live?.OutRate ?? 0),
            Format.Bytes(live?.BytesIn ?? 0), Format.Bytes(live?.BytesOut ?? 0))
        {
            Memory = live?.Load is { ResidentBytes: > 0 } memory ? Format.Size(memory.ResidentBytes) : "",
            Processor = live?.Load is { ProcessorShare: { } share } load ? Format.Processor(share, load.Processors) : "",
            MedianRoundTrip = live?.MedianRoundTrip is { } median ? Format.RoundTrip(median) : "",
        };
    }

    public AgentServices? Services(LiveSample sample, string workspaceId, string agentId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (Find(workspaceId, agentId) is not { } known)
            return null;
        var rules = policy.Current;
        var up = sample.Services.Where(s => s.AgentId == agentId).DistinctBy(s => s.Name).ToDictionary(s => s.Name, StringComparer.Ordinal);
        return new AgentServices(known.Label, [.. services.List(workspaceId).OfAgent(agentId)
            .Select(s => up.TryGetValue(s.Name, out var live)
                ? new AgentServiceLine(
                    s.Name, rules.RuleOf(workspaceId, s.Name).IsPaused ? ServiceState.Paused : ServiceState.Up, s.Target,
                    Format.Count(live.Streams), Format.Rate(live.InRate), Format.Rate(live.OutRate))
                : new AgentServiceLine(s.Name, ServiceState.Down, s.Target, "", "", ""))]);
    }

    public AgentReach? Reach(LiveSample sample, string workspaceId, string agentId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (Find(workspaceId, agentId) is not { } known)
            return null;
        var (rules, now) = (policy.Current, time.GetUtcNow());
        var names = services.List(workspaceId).Where(s => rules.MayReach(known, s.Name, now))
            .Select(s => s.Name).ToList();
        var reached = sample.Services.Where(s => s.WorkspaceId == workspaceId)
            .Select(s => (s.Name, Streams: s.Busiest.Where(stream => stream.PeerAgentId == agentId).ToList()))
            .Where(one => one.Streams.Count > 0).OrderBy(one => one.Name, StringComparer.Ordinal).Take(ShownNames)
            .Select(one => new AgentReachLine(
                one.Name, Format.Count(one.Streams.Count), Format.Rate(one.Streams.Sum(stream => stream.InRate)),
                Format.Rate(one.Streams.Sum(stream => stream.OutRate))));
        return new AgentReach([.. reached], [.. names.Take(ShownNames)], Math.Max(0, names.Count - ShownNames));
    }

    public AgentStreams? Streams(LiveSample sample, string workspaceId, string agentId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (Find(workspaceId, agentId) is null)
            return null;
        var streams = sample.Services.Where(s => s.AgentId == agentId)
            .SelectMany(s => s.Busiest.Select(stream => (s.Name, Stream: stream)))
            .OrderByDescending(one => one.Stream.InRate + one.Stream.OutRate).ToList();
        var all = sample.Services.Where(s => s.AgentId == agentId).Sum(s => s.Streams);
        return new AgentStreams(
            [.. streams.Take(ShownStreams).Select(one => Line(one.Name, one.Stream))], Math.Max(0, all - ShownStreams),
            Live(sample, agentId) is not null);
    }

    private static LiveAgent? Live(LiveSample sample, string agentId) => sample.Agents.FirstOrDefault(a => a.AgentId == agentId);

    private AgentStreamLine Line(string service, LiveStream s) => new(
        s.Id, service, s.Peer, Format.Since(time.GetUtcNow() - s.OpenedAt), Format.Rate(s.InRate), Format.Rate(s.OutRate), s.InWord, s.OutWord);
}
