using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>
/// One diagnostic for whoever has its link. The secret stands behind "#" in the link, which browsers do not send; it comes
/// here in a form, and unknown, expired and revoked ones get the same answer.
/// </summary>
public sealed class SharedModel(ShareLinks shares, WrongSecrets wrong, AuditLog audit) : PageModel
{
    /// <summary>What the code opens.</summary>
    public DiagnosticRow? Result { get; private set; }

    /// <summary>Until when it does.</summary>
    public DateTimeOffset Ends { get; private set; }

    /// <summary>Why there is no result.</summary>
    public string? Problem { get; private set; }

    /// <summary>Asks for the code.</summary>
    public void OnGet() => KeepOut();

    /// <summary>Opens it.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm] string? code, CancellationToken ct)
    {
        KeepOut();
        if (wrong.MustWait(HttpContext.Connection.RemoteIpAddress))
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Problem = "Too many wrong codes came from your address. Wait a minute, then try again.";
        }
        else if (await shares.OpenAsync(code?.Trim() ?? "", ct) is var (row, ends))
        {
            (Result, Ends) = (row, ends);
        }
        else
        {
            wrong.Add(HttpContext.Connection.RemoteIpAddress);
            audit.Refused(null, "stranger", Entrance.Address(HttpContext), "diagnostic.open", "", "wrong code");
            Response.StatusCode = StatusCodes.Status404NotFound;
            Problem = "This code opens nothing: it is not complete, has expired or was ended. Ask who sent it for a new one.";
        }

        return Page();
    }

    // Search engines have no business with it.
    private void KeepOut() => Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
}
