using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Web.Live;

/// <summary>A page of the services, as the query asks.</summary>
public sealed record ServiceTableView(ListQuery Query, IReadOnlyList<ServiceRow> Rows, int All, int Matching, int Page, int Pages);

/// <summary>A service, ready to print.</summary>
public sealed record ServiceRow(
    string Name, ServiceState State, string Agent, string Target, string Address, string Streams, string In, string Out,
    string RoundTrip, string OpenTime, LastCheck? Check, DateTimeOffset? ProblemAt, string Problem);

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
    ServiceDirectory services, AgentDirectory agents, ServicePolicy policy, LastChecks checks, HubOptions options)
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
        var all = services.List(workspaceId);
        var facts = new Facts(live, problems, policy.Current, agents);
        var matching = all.Select(known => new Candidate(known, facts));
        if (query.IsFiltered)
        {
            // Of the agents' labels once, not for each of their services.
            var owners = query.Text.Length == 0 ? []
                : agents.All.Where(agent => query.Finds(agent.Label)).Select(agent => agent.AgentId).ToHashSet(StringComparer.Ordinal);
            matching = [.. matching.Where(one => Matches(one, owners, query))];
        }

        var count = query.IsFiltered ? matching.Count() : all.Count;
        var pages = Math.Max(1, (count + PageRows - 1) / PageRows);
        var page = Math.Min(query.Page, pages);
        var trips = sample.Agents.DistinctBy(a => a.AgentId).ToDictionary(a => a.AgentId, a => a.MedianRoundTrip);
        var rows = Sorted(matching, query).Skip((page - 1) * PageRows).Take(PageRows)
            .Select(one => Row(one, trips.GetValueOrDefault(one.Known.AgentId)));
        return new ServiceTableView(query, [.. rows], all.Count, count, page, pages);
    }

    /// <summary>Paused goes first: that is why nobody gets in, whether its agent is there or not.</summary>
    internal static ServiceState State(bool isUp, ServiceRule rule) =>
        rule.IsPaused ? ServiceState.Paused : isUp ? ServiceState.Up : ServiceState.Down;

    /// <summary>Where a service is reached: its port's address, or by name only.</summary>
    internal static string Address(ServiceRecord known, LiveService? live, HubOptions options) =>
        live is not null ? live.Port == 0 ? "by name only" : $"{live.Address}:{live.Port}"
        : known.Port is { } port ? $"{options.TunnelBind}:{port}" : "by name only";

    private static bool Matches(Candidate one, HashSet<string> owners, ListQuery query) =>
        (query.Finds(one.Known.Name) || query.Finds(one.Known.Target) || owners.Contains(one.Known.AgentId))
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
        // They come by name, and sorting is stable: equals stay in that order.
        if (query.Sort == "name")
            return query.Descending ? all.Reverse() : all;
        return query.Sorted(all, query.Sort switch
        {
            "state" => one => one.State,
            "agent" => one => one.Agent,
            "port" => one => one.Known.Port ?? 0,
            "in" => one => one.Live?.InRate ?? -1,
            "out" => one => one.Live?.OutRate ?? -1,
            _ => one => one.Live?.Streams ?? -1,
        });
    }

    private ServiceRow Row(Candidate one, TimeSpan? roundTrip) => new(
        one.Known.Name, one.State, one.Agent, one.Known.Target, Address(one.Known, one.Live, options),
        one.Live is null ? "" : Format.Count(one.Live.Streams), one.Live is null ? "" : Format.Rate(one.Live.InRate),
        one.Live is null ? "" : Format.Rate(one.Live.OutRate), one.Live is null ? "" : Format.RoundTrip(roundTrip),
        one.Live is null ? "" : Format.RoundTrip(one.Live.MedianOpenTime), checks.Of(one.Known.WorkspaceId, one.Known.Name),
        one.Problem?.At, one.Problem?.What ?? "");

    /// <summary>What is looked up of a service when it is asked for: of most that are listed, nothing.</summary>
    private sealed record Facts(
        Dictionary<string, LiveService> Live, Dictionary<string, LiveProblem> Problems, PolicySnapshot Rules, AgentDirectory Agents);

    private readonly record struct Candidate(ServiceRecord Known, Facts From)
    {
        public LiveService? Live => From.Live.GetValueOrDefault(Known.Name);

        public string Agent => From.Agents.FindById(Known.AgentId)?.Label ?? "";

        public LiveProblem? Problem => From.Problems.GetValueOrDefault(Known.Name);

        public ServiceState State => ServiceTable.State(Live is not null, From.Rules.RuleOf(Known.WorkspaceId, Known.Name));
    }
}
