using System.Globalization;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Live;

/// <summary>Joins the latest sample with what the hub remembers of one workspace.</summary>
public sealed class Overview(
    LiveView live, AgentDirectory agents, ServiceDirectory services, HubOptions options, TimeProvider time)
{
    // Enough to see what went wrong last; the log has the rest.
    private const int ShownProblems = 8;

    /// <summary>The view of this moment; reads memory only.</summary>
    public OverviewView Read(SessionIdentity who)
    {
        ArgumentNullException.ThrowIfNull(who);
        var sample = live.Current;
        var upAgents = sample.Agents.Where(a => a.WorkspaceId == who.WorkspaceId).ToDictionary(a => a.AgentId);
        var upServices = sample.Services.Where(s => s.WorkspaceId == who.WorkspaceId).ToDictionary(s => s.Name);
        var known = agents.All.Where(a => a.WorkspaceId == who.WorkspaceId && !a.Revoked).ToDictionary(a => a.AgentId);
        var remembered = services.List(who.WorkspaceId);
        var agentLines = upAgents.Values.OrderBy(a => a.Label, StringComparer.OrdinalIgnoreCase).Select(Line)
            .Concat(known.Values.Where(a => !upAgents.ContainsKey(a.AgentId))
                .OrderBy(a => a.Label, StringComparer.OrdinalIgnoreCase)
                .Select(a => new AgentLine(a.Label, false, "", "", "", "", "", "")));
        var serviceLines = upServices.Values.OrderBy(s => s.Name, StringComparer.Ordinal).Select(Line)
            .Concat(remembered.Where(s => !upServices.ContainsKey(s.Name)).Select(s => new ServiceLine(
                s.Name, false, known.GetValueOrDefault(s.AgentId)?.Label ?? "", s.Target,
                s.Port is { } port ? $"{options.TunnelBind}:{port}" : "", "", "", "", "", "", "")));
        var problems = sample.Problems.Where(p => p.WorkspaceId == who.WorkspaceId).Take(ShownProblems).Select(Line);
        return new OverviewView(
            Tiles(sample, upAgents, upServices, known, remembered.Count),
            [.. agentLines], [.. serviceLines], [.. problems]);
    }

    private static List<Tile> Tiles(
        LiveSample sample, Dictionary<string, LiveAgent> upAgents, Dictionary<string, LiveService> upServices,
        Dictionary<string, AgentIdentity> known, int remembered)
    {
        var allAgents = known.Keys.Union(upAgents.Keys).Count();
        return
        [
            new Tile("Agents up", Number(upAgents.Count), $"of {allAgents} enrolled"),
            new Tile("Services reachable", Number(upServices.Count), $"of {Math.Max(remembered, upServices.Count)} known"),
            new Tile("Streams now", Number(upServices.Values.Sum(s => s.Streams)), "tunnelled connections"),
            new Tile("Flow now", Format.Rate(upServices.Values.Sum(s => s.InRate + s.OutRate)),
                $"from {Format.Rate(upServices.Values.Sum(s => s.InRate))} · to {Format.Rate(upServices.Values.Sum(s => s.OutRate))}"),
            new Tile("Ports used", Number(sample.PortsUsed), $"of {sample.PortsTotal}"),
        ];
    }

    private AgentLine Line(LiveAgent a) => new(
        a.Label, true, a.Address, Format.Since(time.GetUtcNow() - a.ConnectedAt), Format.RoundTrip(a.RoundTrip),
        Number(a.Streams), Format.Rate(a.InRate), Format.Rate(a.OutRate));

    private static ServiceLine Line(LiveService s) => new(
        s.Name, true, s.AgentLabel, s.Target, s.Port == 0 ? "by name only" : $"{s.Address}:{s.Port}", Number(s.Streams), Format.Rate(s.InRate),
        Format.Rate(s.OutRate), Format.Bytes(s.BytesIn + s.BytesOut), Sparkline.Points(s.History),
        s.History.Count == 0 ? "" : $"last 5 minutes, peak {Format.Rate(s.History.Max())}");

    private static ProblemLine Line(LiveProblem p) => new(
        p.At.ToString("o", CultureInfo.InvariantCulture),
        p.At.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC", p.Service, p.What);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
