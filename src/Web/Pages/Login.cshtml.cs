using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>Explains how to log in; with a link's token, asks for the click that spends it.</summary>
public sealed class LoginModel(LoginLinks links, AuthSessions sessions) : PageModel
{
    /// <summary>The link's secret, kept in the page until the click.</summary>
    public string? Token { get; private set; }

    /// <summary>Why the last try failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Spends nothing: mail programs and previews open links too.</summary>
    public IActionResult OnGet(string? token)
    {
        if (User.Identity is { IsAuthenticated: true } && token is null)
            return LocalRedirect("/");
        Token = string.IsNullOrWhiteSpace(token) ? null : token;
        return Page();
    }

    /// <summary>Spends the link.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm] string? token, CancellationToken ct)
    {
        var address = HttpContext.Connection.RemoteIpAddress?.ToString() ?? "";
        var outcome = await links.RedeemAsync(token ?? "", null, address, ct);
        if (outcome.UserId is not { } user)
        {
            Problem = outcome.Text;
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return Page();
        }

        SessionCookie.Give(HttpContext, await sessions.CreateAsync(user, address, Request.Headers.UserAgent.ToString(), ct));
        return LocalRedirect("/");
    }

    /// <summary>Ends the session in the database, not only in the browser.</summary>
    public async Task<IActionResult> OnPostLogoutAsync(CancellationToken ct)
    {
        if (Request.Cookies[SessionCookie.CookieName] is { } cookie)
            await sessions.EndAsync(cookie, ct);
        SessionCookie.Take(HttpContext);
        return LocalRedirect("/login");
    }
}
