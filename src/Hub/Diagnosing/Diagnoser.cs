using System.Text.Json;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Diagnosing;

/// <summary>Why there is no diagnosis.</summary>
public enum DiagnosisFailure
{
    /// <summary>There is one.</summary>
    None = 0,

    /// <summary>No such service in this workspace.</summary>
    UnknownService = 1,

    /// <summary>A place to look from is no connected agent of this workspace.</summary>
    UnknownAgent = 2,

    /// <summary>The service was diagnosed within the last second.</summary>
    TooSoon = 3,
}

/// <summary>
/// Diagnoses services. The hub itself dials nothing: it asks the agent that exposes the service, and other agents of the
/// same workspace how it looks from there. Works on memory alone; keeping the result is the caller's.
/// </summary>
public sealed class Diagnoser
{
    /// <summary>Of all perspectives together, which are asked at once.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Places to look from in one diagnosis; the hub is one.</summary>
    public const int MaximumPerspectives = 5;

    /// <summary>In the place of an agent's id: the hub.</summary>
    public const string Hub = "hub";

    private const int Version = 1;

    private readonly AgentRegistry _registry;
    private readonly ServiceDirectory _services;
    private readonly AgentDirectory _agents;
    private readonly ServicePolicy _policy;
    private readonly TimeProvider _time;
    private readonly RateLimits<(string WorkspaceId, string Service)> _pace;

    internal Diagnoser(
        AgentRegistry registry, ServiceDirectory services, AgentDirectory agents, ServicePolicy policy, TimeProvider time)
    {
        (_registry, _services, _agents, _policy, _time) = (registry, services, agents, policy, time);
        _pace = new(new RateLimit("diagnosis", 1, 1), time);
    }

    /// <param name="workspaceId">The only workspace that is looked in.</param>
    /// <param name="service">Its name.</param>
    /// <param name="from"><see cref="Hub"/> and ids of agents, at most <see cref="MaximumPerspectives"/>.</param>
    public async Task<(DiagnosisDocument? Document, DiagnosisFailure Failure)> RunAsync(
        string workspaceId, string service, IReadOnlyList<string> from)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from.Count, MaximumPerspectives);
        if (_services.Find(workspaceId, service) is not { } known) return (null, DiagnosisFailure.UnknownService);
        var witnesses = from.Select(id => id == Hub ? null : _registry.Find(id)).ToList();
        if (witnesses.Where((found, i) => from[i] != Hub && found?.Agent.WorkspaceId != workspaceId).Any())
            return (null, DiagnosisFailure.UnknownAgent);
        if (!_pace.Take((workspaceId, service)).Allowed) return (null, DiagnosisFailure.TooSoon);
        var up = _registry.FindService(workspaceId, service);
        var label = up?.Owner.Agent.Label ?? _agents.LabelOf(known.AgentId) ?? "";
        var place = new Place(service, label, up?.Target ?? known.Target, _policy.Current.RuleOf(workspaceId, service).IsPaused);
        var seen = await Task.WhenAll(witnesses.Select(witness => LookAsync(place, up, witness)));
        var worst = seen.MaxBy(one => one.State)!;
        return (new DiagnosisDocument(Version, service, worst.State, worst.Verdict, worst.Text, worst.Next, seen), DiagnosisFailure.None);
    }

    /// <summary>Whether an agent may have a service diagnosed: one that it may reach, up or not.</summary>
    internal bool MayAsk(AgentIdentity agent, string service) =>
        _services.Find(agent.WorkspaceId, service) is not null && _policy.Current.MayReach(agent, service, _time.GetUtcNow());

    /// <summary>As it is kept and answered.</summary>
    public static string Write(DiagnosisDocument document) => JsonSerializer.Serialize(document, DiagnosisJson.Default.DiagnosisDocument);

    /// <summary>Null for a document that somebody else made.</summary>
    public static DiagnosisDocument? Read(DiagnosticRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            return JsonSerializer.Deserialize(row.Document, DiagnosisJson.Default.DiagnosisDocument)
                is { Perspectives: not null, Text: not null } document && document.Perspectives.All(one => one is { Text: not null })
                ? document
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<Perspective> LookAsync(Place place, PublishedService? up, AgentSession? witness)
    {
        if (up is null) return place.Seen(witness, PathJudge.AgentAway(place.Agent));
        return witness is null ? await FromHubAsync(place, up) : await FromAgentAsync(place, witness);
    }

    private async Task<Perspective> FromHubAsync(Place place, PublishedService up)
    {
        var reply = await ReportRequest.AskAsync(
            up.Owner.Session, new OpenRequest(new CheckName(CheckKind.Check, place.Service).ToString(), Hub), Limit);
        var report = reply.Error == StreamError.None ? ReportReader.Target(reply.Report.Span) : null;
        var finding = report is null
            ? PathJudge.OfAgent(reply.Error, place.Agent)
            : TargetJudge.Of(report, place.Target, place.Agent, _time.GetUtcNow());
        if (place.IsPaused && finding.State == DiagnosisState.Ok) finding = PathJudge.Paused;
        return place.Seen(null, finding) with { RoundTripMs = reply.FirstByteMs, Found = report };
    }

    private async Task<Perspective> FromAgentAsync(Place place, AgentSession witness)
    {
        var label = witness.Agent.Label;
        if (!_policy.Current.MayReach(witness.Agent, place.Service, _time.GetUtcNow()))
            return place.Seen(witness, PathJudge.NoRight(label, place.Service));
        var reply = await ReportRequest.AskAsync(
            witness.Session, new OpenRequest(new CheckName(CheckKind.Via, place.Service).ToString(), Hub), Limit);
        if (reply.Error != StreamError.None || ReportReader.Witness(reply.Report.Span) is not { } report)
            return place.Seen(witness, PathJudge.OfWitness(reply.Error, label));
        StreamError? refused = report.IsLate ? null : Enum.TryParse<StreamError>(report.Refused, out var word) ? word : StreamError.None;
        var finding = report.Target is { } found
            ? TargetJudge.Of(found, place.Target, place.Agent, _time.GetUtcNow())
            : PathJudge.OfAgent(refused, place.Agent);
        return place.Seen(witness, finding) with { RoundTripMs = report.FirstByteMs, Found = report.Target };
    }

    private sealed record Place(string Service, string Agent, string Target, bool IsPaused)
    {
        public Perspective Seen(AgentSession? witness, Finding finding) => new(
            witness is null ? Hub : "agent", witness?.Agent.Label ?? Hub, Agent, ReportReader.Line(Target), finding.State,
            finding.Verdict, finding.Text, finding.Next);
    }
}
