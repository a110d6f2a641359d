using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Htmx;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Auth;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>The overview: what is up, what flows, what went wrong, and the way to add an agent.</summary>
public sealed class IndexModel(
    Overview overview, EnrolmentTokens tokens, CertificateHolder certificate, HubOptions options) : PageModel
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    /// <summary>What is shown.</summary>
    public OverviewView View { get; private set; } = null!;

    /// <summary>The enrolment command, right after it was made and never again.</summary>
    public string? Command { get; private set; }

    /// <summary>The command names localhost.</summary>
    public bool IsLocal => Announcement.Host(options) == "localhost";

    /// <summary>Viewers look.</summary>
    public bool MayEnrol => Who.Role >= Role.Member;

    private SessionIdentity Who => HttpContext.Features.Get<SessionIdentity>() ?? throw new InvalidOperationException("The overview is for people who are logged in.");

    /// <summary>The page.</summary>
    public void OnGet() => View = overview.Read(Who);

    /// <summary>The live part; 204 when the browser has it already.</summary>
    public IActionResult OnGetLive(string? have)
    {
        Response.Headers.Vary = "HX-Request";
        if (!Request.IsHtmx())
            return LocalRedirect("/");
        View = overview.Read(Who);
        return View.Version == have ? new NoContentResult() : Partial("_Live", View);
    }

    /// <summary>Makes a one-time token and shows its command.</summary>
    public async Task<IActionResult> OnPostAgentAsync(CancellationToken ct)
    {
        Response.Headers.Vary = "HX-Request";
        if (!MayEnrol)
            return StatusCode(StatusCodes.Status403Forbidden);
        var token = await tokens.CreateAsync(Requester.Of(Who, Entrance.Address(HttpContext)), TokenLife, false, ct);
        Command = Announcement.EnrolCommand(options, Announcement.Host(options), certificate.Current.Pin, token);
        if (Request.IsHtmx())
            return Partial("_AddAgent", this);
        View = overview.Read(Who);
        return Page();
    }
}
