using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Web.Live;

/// <summary>A page of the services, as the query asks.</summary>
public sealed record ServiceTableView(ListQuery Query, IReadOnlyList<ServiceRow> Rows, int All, int Matching, int Page, int Pages);

/// <summary>A service, ready to print.</summary>
public sealed record ServiceRow(
    string Name, ServiceState State, string Agent, string Target, string Address, string Streams, string In, string Out,
    string RoundTrip, DateTimeOffset? ProblemAt, string Problem);

/// <summary>Whether a service is there for those who may use it.</summary>
public enum ServiceState
{
    Up = 0,

    /// <summary>Its agent exposes it no more, or is away.</summary>
    Down = 1,

    /// <summary>Somebody paused it.</summary>
    Paused = 2,
}

/// <summary>Filters, sorts and cuts the services of one workspace. Reads memory only.</summary>
public sealed class ServiceTable(
    ServiceDirectory services, AgentDirectory agents, ServicePolicy policy, HubOptions options)
{
    /// <summary>A screenful; a page of them stays below 10 KB on the wire.</summary>
    public const int PageRows = 25;

    /// <summary>What the address may ask.</summary>
    public static ListShape Shape { get; } = new(
        "/services", ["", "up", "down", "paused", "trouble"], ["name", "state", "agent", "port", "in", "out", "streams"],
        ["in", "out", "streams"]);

    public ServiceTableView Read(LiveSample sample, string workspaceId, ListQuery query)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(query);
        var live = sample.Services.Where(s => s.WorkspaceId == workspaceId).DistinctBy(s => s.Name)
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
        var problems = sample.Problems.Where(p => p.WorkspaceId == workspaceId && p.Service.Length > 0)
            .DistinctBy(p => p.Service).ToDictionary(p => p.Service, StringComparer.Ordinal);
        var rules = policy.Current;
        var all = services.List(workspaceId).Select(known => new Candidate(
            known, live.GetValueOrDefault(known.Name), rules.RuleOf(workspaceId, known.Name),
            agents.FindById(known.AgentId)?.Label ?? "", problems.GetValueOrDefault(known.Name))).ToList();
        var matching = all.Where(one => Matches(one, query)).ToList();
        var pages = Math.Max(1, (matching.Count + PageRows - 1) / PageRows);
        var page = Math.Min(query.Page, pages);
        var trips = sample.Agents.DistinctBy(a => a.AgentId).ToDictionary(a => a.AgentId, a => a.RoundTrip);
        var rows = Sorted(matching, query).Skip((page - 1) * PageRows).Take(PageRows)
            .Select(one => Row(one, trips.GetValueOrDefault(one.Known.AgentId)));
        return new ServiceTableView(query, [.. rows], all.Count, matching.Count, page, pages);
    }

    /// <summary>Paused goes first: that is why nobody gets in, whether its agent is there or not.</summary>
    internal static ServiceState State(bool isUp, ServiceRule rule) =>
        rule.IsPaused ? ServiceState.Paused : isUp ? ServiceState.Up : ServiceState.Down;

    /// <summary>Where a service is reached: its port's address, or by name only.</summary>
    internal static string Address(ServiceRecord known, LiveService? live, HubOptions options) =>
        live is not null ? live.Port == 0 ? "by name only" : $"{live.Address}:{live.Port}"
        : known.Port is { } port ? $"{options.TunnelBind}:{port}" : "by name only";

    private static bool Matches(Candidate one, ListQuery query) =>
        (query.Text.Length == 0
            || one.Known.Name.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || one.Agent.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || one.Known.Target.Contains(query.Text, StringComparison.OrdinalIgnoreCase))
        && query.State switch
        {
            "up" => one.State == ServiceState.Up,
            "down" => one.State == ServiceState.Down,
            "paused" => one.State == ServiceState.Paused,
            "trouble" => one.Problem is not null,
            _ => true,
        };

    private static IEnumerable<Candidate> Sorted(IEnumerable<Candidate> all, ListQuery query)
    {
        // By name first: sorting is stable, so equals stay in that order.
        var byName = all.OrderBy(one => one.Known.Name, StringComparer.Ordinal);
        return query.Sorted(byName, query.Sort switch
        {
            "state" => one => one.State,
            "agent" => one => one.Agent,
            "port" => one => one.Known.Port ?? 0,
            "in" => one => one.Live?.InRate ?? -1,
            "out" => one => one.Live?.OutRate ?? -1,
            "streams" => one => one.Live?.Streams ?? -1,
            _ => one => one.Known.Name,
        });
    }

    private ServiceRow Row(Candidate one, TimeSpan? roundTrip) => new(
        one.Known.Name, one.State, one.Agent, one.Known.Target, Address(one.Known, one.Live, options),
        one.Live is null ? "" : Format.Count(one.Live.Streams), one.Live is null ? "" : Format.Rate(one.Live.InRate),
        one.Live is null ? "" : Format.Rate(one.Live.OutRate), one.Live is null ? "" : Format.RoundTrip(roundTrip),
        one.Problem?.At, one.Problem?.What ?? "");

    private sealed record Candidate(ServiceRecord Known, LiveService? Live, ServiceRule Rule, string Agent, LiveProblem? Problem)
    {
        public ServiceState State => ServiceTable.State(Live is not null, Rule);
    }
}
