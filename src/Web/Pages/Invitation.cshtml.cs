using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>An invitation's link: says what it is for and spends it on the click.</summary>
public sealed class InvitationModel(Acceptance acceptance, Entrance entrance) : PageModel
{
    /// <summary>The link's secret while it is good.</summary>
    public string? Token { get; private set; }

    /// <summary>What it is for.</summary>
    public OpenInvitation? Invitation { get; private set; }

    /// <summary>Why it cannot be accepted.</summary>
    public string? Problem { get; private set; }

    /// <summary>The person must log in first.</summary>
    public bool LogInFirst { get; private set; }

    /// <summary>Spends nothing.</summary>
    public Task OnGetAsync(string? token, CancellationToken ct) => ShowAsync(token, ct);

    /// <summary>Joins, and logs in whoever is new.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm] string? token, CancellationToken ct)
    {
        var who = HttpContext.Features.Get<SessionIdentity>();
        var outcome = await acceptance.AcceptAsync(token ?? "", who?.UserId, Entrance.Address(HttpContext), ct);
        if (outcome.Value is { } joined)
        {
            await entrance.OpenAsync(HttpContext, joined.UserId, joined.WorkspaceId);
            return LocalRedirect("/");
        }

        await ShowAsync(token, ct);
        LogInFirst = outcome.Failure == PeopleFailure.LogInFirst;
        Problem = outcome.Text;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private async Task ShowAsync(string? token, CancellationToken ct)
    {
        Invitation = await acceptance.PeekAsync(token ?? "", ct);
        if (Invitation is not null)
            Token = token;
        else
            Problem = "This invitation is not valid: it was used, withdrawn, replaced by a newer one, or has expired.";
    }
}
