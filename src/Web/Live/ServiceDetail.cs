using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Web.Live;

/// <summary>One service's page, part by part. Reads memory only; null parts: the service is gone.</summary>
public sealed class ServiceDetail(
    ServiceDirectory services, AgentDirectory agents, ServicePolicy policy, FlowHistories histories, HubOptions options, TimeProvider time)
{
    // What went wrong with one service; the log has the rest.
    private const int ShownProblems = 10;

    public ServiceFacts? Facts(LiveSample sample, string workspaceId, string name)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (services.Find(workspaceId, name) is not { } known)
            return null;
        var live = Live(sample, workspaceId, name);
        var rule = policy.Current.RuleOf(workspaceId, name);
        var agent = live is null ? null : sample.Agents.FirstOrDefault(a => a.AgentId == live.AgentId);
        return new ServiceFacts(
            ServiceTable.State(live is not null, rule), live is not null,
            agents.FindById(known.AgentId)?.Label ?? "", known.Target, ServiceTable.Address(known, live, options),
            live is null ? "" : Format.RoundTrip(agent?.RoundTrip), live is null ? "" : Format.Count(live.Opened, "stream"),
            live is null ? "" : $"{Format.Bytes(live.BytesIn)} from it, {Format.Bytes(live.BytesOut)} to it",
            live is null ? "" : Format.Count(live.Refused), Endings(live),
            Share(live, rule.Share),
            known.LastPublishedAt)
        {
            MedianRoundTrip = agent?.MedianRoundTrip is { } median ? Format.RoundTrip(median) : "",
            IsShareHalf = live is { IsShareTold: false } && rule.Share != ShareRule.None,
            MedianOpenTime = live?.MedianOpenTime is { } opening ? Format.RoundTrip(opening) : "",
        };
    }

    public FlowView Minutes(LiveSample sample, string workspaceId, string name)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var live = Live(sample, workspaceId, name);
        return Flow(histories.LastMinutes(workspaceId, name), live?.InRate ?? 0, live?.OutRate ?? 0);
    }

    /// <summary>Full minutes only, so that it changes once a minute.</summary>
    public FlowView Day(string workspaceId, string name)
    {
        var day = histories.LastDay(workspaceId, name);
        var full = new FlowSeries([.. day.In.SkipLast(1)], [.. day.Out.SkipLast(1)]);
        return Flow(full, full.In.Average(), full.Out.Average());
    }

    public StreamsView Streams(LiveSample sample, string workspaceId, string name, bool mayEnd)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var live = Live(sample, workspaceId, name);
        return new StreamsView(
            [.. (live?.Busiest ?? []).Take(ShownStreams).Select(Line)], live?.Streams ?? 0, live is not null, mayEnd);
    }

    public ProblemsView Problems(LiveSample sample, string workspaceId, string name)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return new ProblemsView([.. sample.Problems.Where(p => p.WorkspaceId == workspaceId && p.Service == name)
            .Take(ShownProblems).Select(p => new ProblemLine(p.At, "", p.What))]);
    }

    // The busiest; a page of them stays below 10 KB on the wire. The rest is in the count and in the API.
    private const int ShownStreams = 30;

    private static LiveService? Live(LiveSample sample, string workspaceId, string name) =>
        sample.Services.FirstOrDefault(s => s.WorkspaceId == workspaceId && s.Name == name);

    private static FlowView Flow(FlowSeries history, double bytesIn, double bytesOut) => new(
        Sparkline.Points(history.In, history.Peak), Sparkline.Points(history.Out, history.Peak),
        Format.Rate(bytesIn), Format.Rate(bytesOut), Format.Rate(history.Peak))
    {
        From = "From it",
        To = "To it",
    };

    private static string Endings(LiveService? live) => live?.EndedWords is not { Count: > 0 } ended ? "none yet"
        : string.Join(", ", ended.Select(end => $"{Format.Count(end.Count)} {EndWords.Of(end.Cause)}"));

    private static string Share(LiveService? live, ShareRule rule) => live?.ShareNumbers is not var (weight, limit, floor) ? ""
        : $"weight {weight} {By(rule.Weight)}, {(limit == 0 ? "no limit" : $"limit {Rate(limit)}")} {By(rule.LimitBitsPerSecond)}, "
        + $"{(floor == 0 ? "no floor" : $"floor {Rate(floor)}")} {By(rule.FloorBitsPerSecond)}";

    // Limits are written in bits, what flows is shown in bytes: both, so that they can be compared.
    private static string Rate(long bits) => $"{Format.Bits(bits)} = {Format.Rate(bits / 8.0)}";

    private static string By(long? decided) => decided is null ? "(as its agent asks)" : "(set here)";

    private StreamLine Line(LiveStream s) => new(
        s.Id, s.Peer, Format.Since(time.GetUtcNow() - s.OpenedAt), Format.Bytes(s.BytesIn), Format.Rate(s.InRate),
        Format.Bytes(s.BytesOut), Format.Rate(s.OutRate), $"{Format.Size(s.Window)} / {Format.Size(s.PeerWindow)}",
        s.InWord, s.OutWord, Format.RoundTrip(s.AddedWait));
}
