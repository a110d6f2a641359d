using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>One service: what flows, who uses it, who may, and all that can be done with it.</summary>
public sealed class ServiceModel(
    ServiceDirectory services, ServicePolicy policy, ServiceActs acts, ServiceDetail detail, AgentDirectory agents,
    MemberDirectory members, LiveView live, HubOptions options, TimeProvider time) : LivePage
{
    // As many members as a list of grants names; others stand there by their id.
    private const int KnownMembers = 200;

    private Dictionary<string, string> _members = [];

    /// <summary>From the address.</summary>
    [FromRoute]
    public string Name { get; set; } = "";

    /// <summary>What the hub remembers of it; null when there is none of that name.</summary>
    public ServiceRecord? Service { get; private set; }

    /// <summary>What was decided of it.</summary>
    public ServiceRule Rule { get; private set; } = null!;

    /// <summary>Grants that hold.</summary>
    public IReadOnlyList<Grant> Grants { get; private set; } = [];

    /// <summary>May change rights, publishing, share and pause.</summary>
    public bool MayChange => Who.Role >= ServiceActs.ToChange;

    /// <summary>May end streams and delete.</summary>
    public bool MayEnd => Who.Role >= ServiceActs.ToEnd;

    /// <summary>Where its port is, for clients; null while it has none.</summary>
    public (string Host, int Port)? Port
    {
        get
        {
            var up = live.Current.Services.FirstOrDefault(s => s.WorkspaceId == Who.WorkspaceId && s.Name == Name);
            var port = up is not null ? up.Port : Service?.Port ?? 0;
            // Listening on all addresses is reached at the hub's name.
            var host = up?.Address ?? options.TunnelBind.ToString();
            return port == 0 ? null : (host is "0.0.0.0" or "::" ? Announcement.Host(options) : host, port);
        }
    }

    /// <summary>Agents that a grant may name; any may be typed.</summary>
    public IEnumerable<(string Value, string Note)> Agents => GrantWords.Suggestions(agents, Who.WorkspaceId);

    /// <summary>Where a port on the network listens.</summary>
    public string Network => options.TunnelBind.ToString();

    /// <summary>For the delete button.</summary>
    public Confirmation Delete => new(
        "delete", "Delete service", "Its port is freed, its rights are forgotten and its live streams end at once. It comes back when its agent exposes it again.",
        Name, $"/services/{Name}?handler=delete");

    /// <summary>The page.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        return Service is null ? NotThere() : Page();
    }

    /// <summary>Publishes the port, and says who may come in.</summary>
    public async Task<IActionResult> OnPostPublishAsync([FromForm] string? publish, [FromForm] string? allow, CancellationToken ct)
    {
        if (!MayChange)
            return await NotAllowedAsync(ct);
        var networks = (allow ?? "").Split([' ', ',', ';', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        // Who names networks must not believe that they hold.
        if (publish == "agent" && networks.Length > 0)
        {
            return await RefusedAsync(new ActRefusal("bad_allow",
                "As its agent asks, the agent says too who may come in: choose where the port listens, or leave the networks empty."), ct);
        }

        return await ChangeAsync(
            new ServiceChange(Publish: publish, Allow: publish == "agent" ? null : networks), "Where its port listens is changed.", ct);
    }

    /// <summary>Says who may reach it by name.</summary>
    public Task<IActionResult> OnPostReachAsync([FromForm] string? reach, CancellationToken ct) =>
        ChangeAsync(new ServiceChange(Reach: reach), reach == "chosen" ? "Only those whom a grant names reach it now." : "Everyone of the workspace reaches it now.", ct);

    /// <summary>Sets weight, limit and floor; what is empty is as its agent asks.</summary>
    public async Task<IActionResult> OnPostShareAsync(
        [FromForm] string? weight, [FromForm] string? limit, [FromForm] string? floor, CancellationToken ct)
    {
        if (!MayChange)
            return await NotAllowedAsync(ct);
        return ShareRule.Parse(weight, limit, floor, out var fault) is { } share
            ? await ChangeAsync(new ServiceChange(Share: share), "Weight and limits hold from now on, for live streams too.", ct)
            : await RefusedAsync(new ActRefusal("bad_share", fault), ct);
    }

    /// <summary>Takes no new streams.</summary>
    public Task<IActionResult> OnPostPauseAsync([FromForm] string? end, CancellationToken ct) => ChangeAsync(
        new ServiceChange(Paused: true, EndStreams: end is not null),
        end is null ? $"{Name} is paused; live streams go on." : $"{Name} is paused and its live streams are ended.", ct);

    /// <summary>Takes streams again.</summary>
    public Task<IActionResult> OnPostResumeAsync(CancellationToken ct) => ChangeAsync(new ServiceChange(Paused: false), $"{Name} takes streams again.", ct);

    /// <summary>Lets somebody reach it.</summary>
    public async Task<IActionResult> OnPostGrantAsync(
        [FromForm] string? kind, [FromForm] string? subject, [FromForm] string? days, CancellationToken ct)
    {
        if (!MayChange)
            return await NotAllowedAsync(ct);
        long? life = int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count * 86_400L : null;
        var named = GrantWords.Subject(agents, Who.WorkspaceId, kind, subject);
        var (grant, refused) = await acts.GrantAsync(Requester, Name, kind, named, life, ct);
        if (grant is not null)
            return Done("The grant holds from now on.");
        return await RefusedAsync(
            refused!.Code != "bad_subject" ? refused
            : refused with { Text = GrantWords.Refusal(agents, Who.Workspace, Who.WorkspaceId, kind, named) }, ct);
    }

    /// <summary>Takes a grant back.</summary>
    public async Task<IActionResult> OnPostRevokeAsync([FromForm] string? id, CancellationToken ct)
    {
        if (!MayChange)
            return await NotAllowedAsync(ct);
        return await acts.RevokeAsync(Requester, Name, id ?? "", ct)
            ? Done("The grant is taken back; streams that it allowed are ended.")
            : await RefusedAsync(new ActRefusal("gone", "There is no such grant: somebody was faster."), ct);
    }

    /// <summary>Ends one live stream.</summary>
    public async Task<IActionResult> OnPostKillAsync([FromForm] string? id, CancellationToken ct)
    {
        if (!MayEnd)
            return await NotAllowedAsync(ct);
        return await acts.KillAsync(Requester, Name, id ?? "", ct)
            ? Done("The stream is ended: both its ends saw a reset.")
            : await RefusedAsync(new ActRefusal("gone", "The stream was over already."), ct);
    }

    /// <summary>Deletes it, when its name was typed.</summary>
    public async Task<IActionResult> OnPostDeleteAsync([FromForm] string? confirm, CancellationToken ct)
    {
        if (!MayEnd)
            return await NotAllowedAsync(ct);
        if (!Confirmation.IsMeant(confirm, Name))
            return await RefusedAsync(new ActRefusal("unconfirmed", Confirmation.Refusal(Name)), ct);
        return await acts.DeleteAsync(Requester, Name, ct) ? Done($"{Name} is deleted.", "/services") : NotThere();
    }

    /// <summary>Whom a grant names, for people.</summary>
    public string Subject(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return grant.Kind switch
        {
            GrantKind.Member => _members.GetValueOrDefault(grant.Subject, grant.Subject),
            GrantKind.Agent => agents.FindById(grant.Subject)?.Label ?? grant.Subject,
            GrantKind.Role => $"{grant.Subject} and higher",
            _ => grant.Subject,
        };
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var (workspace, name, mayEnd) = (Who.WorkspaceId, Name, MayEnd);
        var key = $"{workspace} {name}";
        return
        [
            new("facts", "/Pages/_ServiceFacts.cshtml", key, sample => detail.Facts(sample, workspace, name)),
            new("flow", "/Pages/_Flow.cshtml", key, sample => detail.Minutes(sample, workspace, name)),
            new("day", "/Pages/_Day.cshtml", key, _ => detail.Day(workspace, name)),
            new("streams", "/Pages/_Streams.cshtml", $"{key} {mayEnd}", sample => detail.Streams(sample, workspace, name, mayEnd)),
            new("problems", "/Pages/_Problems.cshtml", key, sample => detail.Problems(sample, workspace, name)),
        ];
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        Service = services.Find(Who.WorkspaceId, Name);
        Rule = policy.Current.RuleOf(Who.WorkspaceId, Name);
        var now = time.GetUtcNow();
        Grants = [.. Rule.Grants.Where(grant => grant.ExpiresAt is not { } end || end > now)];
        if (Grants.Any(grant => grant.Kind == GrantKind.Member))
            _members = (await members.PageAsync(Who.WorkspaceId, "", KnownMembers, ct)).ToDictionary(m => m.UserId, m => m.Email);
    }

    private async Task<IActionResult> ChangeAsync(ServiceChange change, string done, CancellationToken ct)
    {
        if (!MayChange)
            return await NotAllowedAsync(ct);
        return await acts.ChangeAsync(Requester, Name, change, ct) is { } refused ? await RefusedAsync(refused, ct) : Done(done);
    }

    private async Task<IActionResult> RefusedAsync(ActRefusal refused, CancellationToken ct)
    {
        await ReadAsync(ct);
        if (refused.IsNotFound || Service is null)
            return NotThere();
        return await RefuseAsync(refused.Code == "gone" ? PeopleFailure.NotFound : PeopleFailure.BadValue, refused.Text, ct);
    }

    private async Task<IActionResult> NotAllowedAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        return Service is null ? NotThere()
            : await RefuseAsync(PeopleFailure.NotAllowed, $"As {Who.Role.Word()} you may not do this; ask an admin of {Who.Workspace}.", ct);
    }

    /// <summary>No such service, or one of another workspace: the page says so.</summary>
    private PageResult NotThere()
    {
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
