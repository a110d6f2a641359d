using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Web.Live;

/// <summary>Joins the sample of this second with what the hub remembers of one workspace. Reads memory only.</summary>
public sealed class Overview(
    AgentDirectory agents, ServiceDirectory services, ServicePolicy policy, FlowHistories histories, HubRelay relay,
    HubOptions options, TimeProvider time)
{
    // What a glance takes in; the pages Services and Agents have all.
    private const int ShownServices = 10;
    private const int ShownAgents = 6;
    private const int ShownProblems = 8;

    // Of the lines, at most so many for what is down: the rest must show what flows.
    private const int ShownDown = 4;

    public IReadOnlyList<Tile> Tiles(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var upAgents = sample.Agents.Where(a => a.WorkspaceId == workspaceId).ToList();
        var upServices = sample.Services.Where(s => s.WorkspaceId == workspaceId).ToList();
        var enrolled = Known(workspaceId).Select(a => a.AgentId).Union(upAgents.Select(a => a.AgentId)).Count();
        var known = Math.Max(services.List(workspaceId).Count, upServices.Count);
        var room = relay.Room;
        return
        [
            new Tile("Agents up", Format.Count(upAgents.Count), $"of {Format.Count(enrolled)} enrolled", upAgents.Count < enrolled),
            new Tile("Services reachable", Format.Count(upServices.Count), $"of {Format.Count(known)} known", upServices.Count < known),
            new Tile("Streams now", Format.Count(upServices.Sum(s => s.Streams)), "tunnelled connections"),
            new Tile("Ports leased", Format.Count(room.PortsLeased), $"of {Format.Count(room.Ports)}, {options.FirstTunnelPort}–{options.LastTunnelPort}"),
        ];
    }

    public FlowView Flow(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var history = histories.LastMinutes(workspaceId);
        var mine = sample.Services.Where(s => s.WorkspaceId == workspaceId).ToList();
        return new FlowView(
            Sparkline.Points(history.In, history.Peak), Sparkline.Points(history.Out, history.Peak),
            Format.Rate(mine.Sum(s => s.InRate)), Format.Rate(mine.Sum(s => s.OutRate)), Format.Rate(history.Peak));
    }

    public ServicesView Services(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var known = services.List(workspaceId);
        var up = sample.Services.Where(s => s.WorkspaceId == workspaceId).ToList();
        var upNames = up.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var down = known.Where(s => !upNames.Contains(s.Name)).ToList();
        var lines = down.Take(Math.Max(ShownDown, ShownServices - up.Count))
            .Select(s => new ServiceLine(s.Name, ServiceTable.State(false, policy.Current.RuleOf(workspaceId, s.Name)),
                agents.FindById(s.AgentId)?.Label ?? "", s.Target,
                ServiceTable.Address(s, null, options), "", "", ""))
            .Concat(up.OrderByDescending(s => s.InRate + s.OutRate).ThenByDescending(s => s.Streams).ThenBy(s => s.Name, StringComparer.Ordinal)
                .Select(Line));
        return new ServicesView([.. lines.Take(ShownServices)], down.Count + up.Count);
    }

    public AgentsView Agents(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var up = sample.Agents.Where(a => a.WorkspaceId == workspaceId).ToList();
        var upIds = up.Select(a => a.AgentId).ToHashSet(StringComparer.Ordinal);
        var away = Known(workspaceId).Where(a => !upIds.Contains(a.AgentId)).ToList();
        var lines = away.OrderBy(a => a.Label, StringComparer.OrdinalIgnoreCase).Take(Math.Max(ShownDown, ShownAgents - up.Count))
            .Select(a => new AgentLine(a.AgentId, a.Label, false, "", "", "", "", "", ""))
            .Concat(up.OrderByDescending(a => a.InRate + a.OutRate).ThenBy(a => a.Label, StringComparer.OrdinalIgnoreCase).Select(Line));
        return new AgentsView([.. lines.Take(ShownAgents)], away.Count + up.Count);
    }

    public static ProblemsView Problems(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return new ProblemsView([.. sample.Problems.Where(p => p.WorkspaceId == workspaceId).Take(ShownProblems)
            .Select(p => new ProblemLine(p.At, p.Service, p.What))]);
    }

    public StepsView Steps(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var up = sample.Agents.FirstOrDefault(a => a.WorkspaceId == workspaceId);
        var known = Known(workspaceId).FirstOrDefault();
        return new StepsView(
            known is not null, up is not null || services.List(workspaceId).Count > 0, up?.Label ?? known?.Label ?? "",
            services.List(workspaceId).Count > 0);
    }

    /// <summary>No agent was ever enrolled, or all were revoked.</summary>
    public bool IsNew(string workspaceId) => !Known(workspaceId).Any();

    public RoomView Room()
    {
        var room = relay.Room;
        return new RoomView(
            Format.Count(room.Ports - room.PortsLeased), Format.About(room.Streams),
            room.IsBoundBySockets ? "then the system gives this process no more sockets"
            : room.IsPromised ? "then HUB_MEMORY is used up"
            : "then a quarter of this machine's memory is theirs, and the hub refuses more");
    }

    private IEnumerable<AgentIdentity> Known(string workspaceId) =>
        agents.All.Where(a => a.WorkspaceId == workspaceId && !a.Revoked);

    private AgentLine Line(LiveAgent a) => new(
        a.AgentId, a.Label, true, a.Address, Format.Since(time.GetUtcNow() - a.ConnectedAt), Format.RoundTrip(a.RoundTrip),
        Format.Count(a.Streams), Format.Rate(a.InRate), Format.Rate(a.OutRate));

    private ServiceLine Line(LiveService s) => new(
        s.Name, ServiceTable.State(true, policy.Current.RuleOf(s.WorkspaceId, s.Name)),
        s.AgentLabel, s.Target, s.Port == 0 ? "by name only" : $"{s.Address}:{s.Port}", Format.Count(s.Streams),
        Format.Rate(s.InRate), Format.Rate(s.OutRate));
}
