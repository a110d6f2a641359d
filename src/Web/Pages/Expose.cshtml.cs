using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>
/// Adds a target: what was typed stands in the address, the answer is the command for the agent's machine, and the page waits
/// until the service is there. The address holds no secret, so it can be sent to whoever sits at that machine.
/// </summary>
public sealed class ExposeModel(
    ExposePlans plans, ExposeWait wait, AgentDirectory agents, LiveView live, EnrolmentTokens tokens, CertificateHolder certificate,
    HubOptions options) : LivePage
{
    // Longer than any good value; the rest of a longer one says nothing more.
    private const int LongestValue = 300;

    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private ExposePlan? _plan;

    /// <summary>What was typed.</summary>
    public ExposeWish Wish => field ??= new ExposeWish(
        Asked("target"), Asked("name"), Asked("protocol"), Asked("publish"), Asked("port"), Asked("agent"));

    /// <summary>Something was typed.</summary>
    public bool IsAsked => Request.Query.ContainsKey("name");

    /// <summary>What is made of it.</summary>
    public ExposePlan Plan => _plan ??= plans.Judge(Who.WorkspaceId, Wish);

    /// <summary>The command that enrols a new agent too, right after it was made and never again.</summary>
    public string? Command { get; private set; }

    /// <summary>What the chosen agent's machine runs.</summary>
    public string AgentCommand => $"./connect {Plan.Arguments}";

    /// <summary>The command names localhost.</summary>
    public bool IsLocal => Announcement.Host(options) == "localhost";

    /// <summary>Viewers look.</summary>
    public bool MayAct => Who.Role >= Role.Member;

    /// <summary>Those to choose from, by name.</summary>
    public IReadOnlyList<AgentIdentity> Agents => [.. agents.All
        .Where(agent => agent.WorkspaceId == Who.WorkspaceId && !agent.Revoked)
        .OrderBy(agent => agent.Label, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Where the new agent's command is made, with what was typed.</summary>
    public string MakeAddress => QueryString.Create((KeyValuePair<string, string?>[])[
        new("target", Wish.Target), new("name", Wish.Name), new("protocol", Wish.Protocol), new("publish", Wish.Publish),
        new("port", Wish.Port), new("agent", Wish.AgentId), new("handler", "agent"),
    ]).Value!;

    /// <summary>The hub's ports.</summary>
    public string Range => $"{options.FirstTunnelPort}–{options.LastTunnelPort}";

    /// <summary>Whether an agent is connected now.</summary>
    public bool IsUp(AgentIdentity agent) => live.Current.Agents.Any(one => one.AgentId == agent.AgentId);

    /// <summary>The fault of a field, when something was typed.</summary>
    public string? Fault(string field) => IsAsked ? Plan.Faults.GetValueOrDefault(field) : null;

    /// <summary>The page.</summary>
    public void OnGet()
    {
        if (IsAsked && MayAct && !Plan.IsGood)
            Response.StatusCode = StatusCodes.Status400BadRequest;
    }

    /// <summary>Makes a one-time token and shows the command with it.</summary>
    public async Task<IActionResult> OnPostAgentAsync(CancellationToken ct)
    {
        if (!MayAct)
            return await RefuseAsync(PeopleFailure.NotAllowed, "You may look at this workspace; a member, admin or owner can add agents.", ct);
        if (!Plan.IsGood || Plan.Agent is not null)
            return await RefuseAsync(PeopleFailure.BadValue, "Say first what a new agent shall expose.", ct);
        if (await tokens.CreateAsync(Requester, TokenLife, false, ct) is not { } token)
            return StatusCode(StatusCodes.Status403Forbidden);
        Command = Announcement.EnrolCommand(options, Announcement.Host(options), certificate.Current.Pin, token, Plan.Arguments);
        return Page();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        if (!IsAsked || !Plan.IsGood)
            return [];
        var (workspace, name, target, agent) = (Who.WorkspaceId, Wish.Name, Plan.Target, Plan.Agent?.AgentId);
        return [new("wait", "/Pages/_ExposeWait.cshtml", $"{workspace} {name} {target} {agent}", sample => wait.Read(sample, workspace, name, target, agent))];
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct) => Task.CompletedTask;

    private string Asked(string field)
    {
        var value = Request.Query[field].ToString().Trim();
        return value.Length > LongestValue ? value[..LongestValue] : value;
    }
}
