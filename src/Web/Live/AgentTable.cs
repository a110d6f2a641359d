using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Live;

/// <summary>A page of the agents, as the query asks.</summary>
public sealed record AgentTableView(ListQuery Query, IReadOnlyList<AgentRowView> Rows, int All, int Matching, int Page, int Pages);

/// <summary>An agent, ready to print. Seen: null while it is up, and for one that never came.</summary>
public sealed record AgentRowView(
    string Id, string Label, bool Up, bool IsEphemeral, string Tags, string Version, string Address, string RoundTrip, string Memory, string Reconnects,
    IReadOnlyList<string> Services, int MoreServices, string Streams, string In, string Out, string Since, DateTimeOffset? SeenAt);

/// <summary>Filters, sorts and cuts the agents of one workspace. Reads memory only.</summary>
public sealed class AgentTable(AgentDirectory agents, ServiceDirectory services, TimeProvider time)
{
    /// <summary>A screenful; a page of them stays below 10 KB on the wire.</summary>
    public const int PageRows = 25;

    // Named in the row; the agent's page has all.
    private const int NamedServices = 3;

    /// <summary>What the address may ask.</summary>
    public static ListShape Shape { get; } = new(
        "/agents", ["", "up", "away", "ephemeral"], ["name", "state", "version", "address", "trip", "memory", "reconnects", "streams", "in", "out", "seen"],
        ["trip", "memory", "reconnects", "streams", "in", "out", "seen"]);

    public AgentTableView Read(LiveSample sample, string workspaceId, ListQuery query)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(query);
        var live = sample.Agents.Where(a => a.WorkspaceId == workspaceId).DistinctBy(a => a.AgentId)
            .ToDictionary(a => a.AgentId, StringComparer.Ordinal);
        var exposed = services.List(workspaceId);
        var all = agents.All.Where(a => a.WorkspaceId == workspaceId && !a.Revoked)
            .Select(a => new Candidate(a, live.GetValueOrDefault(a.AgentId), agents.PresenceOf(a.AgentId))).ToList();
        var exposing = query.Text.Length == 0 ? []
            : exposed.Where(service => query.Finds(service.Name)).Select(service => service.AgentId).ToHashSet(StringComparer.Ordinal);
        var matching = all.Where(one => Matches(one, exposing, query)).ToList();
        var pages = Math.Max(1, (matching.Count + PageRows - 1) / PageRows);
        var page = Math.Min(query.Page, pages);
        var rows = Sorted(matching, query).Skip((page - 1) * PageRows).Take(PageRows).Select(one => Row(one, exposed.OfAgent(one.Known.AgentId)));
        return new AgentTableView(query, [.. rows], all.Count, matching.Count, page, pages);
    }

    /// <summary>Connections after the first.</summary>
    internal static string Reconnects(AgentPresence presence) => Format.Count(Math.Max(0, presence.Connections - 1));

    private static bool Matches(Candidate one, HashSet<string> exposing, ListQuery query) =>
        (query.Finds(one.Known.Label) || query.Finds(one.Known.Tags) || query.Finds(one.Address) || exposing.Contains(one.Known.AgentId))
        && query.State switch
        {
            "up" => one.Live is not null,
            "away" => one.Live is null,
            "ephemeral" => one.Known.Ephemeral,
            _ => true,
        };

    private static IEnumerable<Candidate> Sorted(IEnumerable<Candidate> all, ListQuery query)
    {
        // By label first: sorting is stable, so equals stay in that order. Labels are not unique.
        var byLabel = all.OrderBy(one => one.Known.Label, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Known.AgentId, StringComparer.Ordinal);
        return query.Sort == "name" && !query.Descending ? byLabel : query.Sorted(byLabel, query.Sort switch
        {
            "state" => one => one.Live is null,
            "version" => one => one.Live?.Version ?? "",
            "address" => one => one.Address,
            "trip" => one => one.Live?.RoundTrip ?? TimeSpan.Zero,
            "memory" => one => one.Live?.Load?.ResidentBytes ?? -1,
            "reconnects" => one => one.Presence.Connections,
            "streams" => one => one.Live?.Streams ?? -1,
            "in" => one => one.Live?.InRate ?? -1,
            "out" => one => one.Live?.OutRate ?? -1,
            "seen" => one => one.Live is not null ? DateTimeOffset.MaxValue : one.Presence.LastSeenAt ?? DateTimeOffset.MinValue,
            _ => one => one.Known.Label.ToUpperInvariant(),
        });
    }

    private AgentRowView Row(Candidate one, IEnumerable<ServiceRecord> exposed)
    {
        var names = exposed.Select(service => service.Name).ToList();
        var live = one.Live;
        return new AgentRowView(
            one.Known.AgentId, one.Known.Label, live is not null, one.Known.Ephemeral, one.Known.Tags, live?.Version ?? "", one.Address,
            live is null ? "" : Format.RoundTrip(live.RoundTrip), Memory(live?.Load), Reconnects(one.Presence),
            [.. names.Take(NamedServices)], Math.Max(0, names.Count - NamedServices),
            live is null ? "" : Format.Count(live.Streams), live is null ? "" : Format.Rate(live.InRate),
            live is null ? "" : Format.Rate(live.OutRate), live is null ? "" : Format.Since(time.GetUtcNow() - live.ConnectedAt),
            live is null ? one.Presence.LastSeenAt : null);
    }

    // Whole MiB: a row that changes every two seconds says nothing more.
    private static string Memory(AgentLoad? load) =>
        load is { ResidentBytes: > 0 and var bytes } ? $"{Format.Count((bytes + 524_288) / 1_048_576)} MiB" : "";

    private sealed record Candidate(AgentIdentity Known, LiveAgent? Live, AgentPresence Presence)
    {
        public string Address => Live?.Address ?? Presence.Address;
    }
}
