using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>The set-up link of an empty hub: asks for the first owner's address and spends the link on the click.</summary>
public sealed class SetupModel(LoginLinks links, Entrance entrance) : PageModel
{
    /// <summary>The link's secret while it is good.</summary>
    public string? Token { get; private set; }

    /// <summary>What was typed.</summary>
    public string? Email { get; private set; }

    /// <summary>Why the last try failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Spends nothing.</summary>
    public async Task OnGetAsync(string? token, CancellationToken ct)
    {
        if (token is not null && await links.IsSetupAsync(token, ct))
            Token = token;
        else
            Problem = "This set-up link is not valid any more.";
    }

    /// <summary>Makes the owner and logs in.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm] string? token, [FromForm] string? email, CancellationToken ct)
    {
        var outcome = await links.RedeemAsync(token ?? "", email, Entrance.Address(HttpContext), ct);
        if (outcome.UserId is { } user)
        {
            await entrance.OpenAsync(HttpContext, user);
            return LocalRedirect("/");
        }

        Problem = outcome.Text;
        Email = email;
        // An address that was refused did not spend the link.
        Token = outcome.Failure == LoginFailure.BadEmail ? token : null;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }
}
