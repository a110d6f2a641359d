using Htmx;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Auth;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>The overview: what is up, what flows, what went wrong, and the way to add an agent.</summary>
public sealed class IndexModel(
    Overview overview, EnrolmentTokens tokens, CertificateHolder certificate, HubOptions options) : LivePage
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    /// <summary>The enrolment command, right after it was made and never again.</summary>
    public string? Command { get; private set; }

    /// <summary>The command names localhost.</summary>
    public bool IsLocal => Announcement.Host(options) == "localhost";

    /// <summary>Viewers look.</summary>
    public bool MayEnrol => Who.Role >= Role.Member;

    /// <summary>There is no agent yet: the way to the first one stands at the top.</summary>
    public bool IsNew => overview.IsNew(Who.WorkspaceId);

    /// <summary>The page.</summary>
    public void OnGet()
    {
    }

    /// <summary>Makes a one-time token and shows its command.</summary>
    public async Task<IActionResult> OnPostAgentAsync(CancellationToken ct)
    {
        Response.Headers.Vary = "HX-Request";
        if (!MayEnrol)
            return StatusCode(StatusCodes.Status403Forbidden);
        if (await tokens.CreateAsync(Requester.Of(Who, Entrance.Address(HttpContext)), TokenLife, false, ct) is not { } token)
            return StatusCode(StatusCodes.Status403Forbidden);
        Command = Announcement.EnrolCommand(options, Announcement.Host(options), certificate.Current.Pin, token);
        return Request.IsHtmx() ? Partial("_AddAgent", this) : Page();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var workspace = Who.WorkspaceId;
        return
        [
            new("steps", "/Pages/_Steps.cshtml", workspace, sample => overview.Steps(sample, workspace)),
            new("tiles", "/Pages/_Tiles.cshtml", workspace, sample => overview.Tiles(sample, workspace)),
            new("flow", "/Pages/_Flow.cshtml", workspace, sample => overview.Flow(sample, workspace)),
            new("services", "/Pages/_BusyServices.cshtml", workspace, sample => overview.Services(sample, workspace)),
            new("agents", "/Pages/_BusyAgents.cshtml", workspace, sample => overview.Agents(sample, workspace)),
            new("problems", "/Pages/_Problems.cshtml", workspace, sample => Overview.Problems(sample, workspace)),
            new("room", "/Pages/_Room.cshtml", "", _ => overview.Room()),
        ];
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct) => Task.CompletedTask;
}
