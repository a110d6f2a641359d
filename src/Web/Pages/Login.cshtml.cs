using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>The ways in: a mailed link, the OpenID provider; with a link's token, the click that spends it.</summary>
public sealed class LoginModel(
    LoginLinks links, LoginMail mail, HubOptions options, Entrance entrance, AuthSessions sessions) : PageModel
{
    /// <summary>The link's secret, kept in the page until the click.</summary>
    public string? Token { get; private set; }

    /// <summary>Who the link logs in.</summary>
    public string? Email { get; private set; }

    /// <summary>The address that a link was asked for; whether the hub knows it shows nowhere.</summary>
    public string? Asked { get; private set; }

    /// <summary>Why the last try failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where to go afterwards.</summary>
    public string To { get; private set; } = "/";

    /// <summary>Links can be mailed.</summary>
    public bool HasMail => mail.IsThere;

    /// <summary>There is an OpenID provider.</summary>
    public bool HasOpenId => options.OpenId is not null;

    /// <summary>Spends nothing: mail programs and previews open links too.</summary>
    public async Task<IActionResult> OnGetAsync(string? token, string? to, string? problem, CancellationToken ct)
    {
        To = LocalPath.Of(to);
        if (User.Identity is { IsAuthenticated: true } && token is null && problem is null)
            return LocalRedirect(To);
        Problem = problem switch
        {
            "openid" => "The log-in with your provider did not succeed. Try again, or use another way.",
            "unknown" => "This hub knows nobody of the address that your provider verified. Ask an owner to invite you.",
            _ => null,
        };
        if (string.IsNullOrWhiteSpace(token))
            return Page();
        Email = await links.PeekAsync(token, ct);
        if (Email is not null)
            Token = token;
        else
            Problem = "This link is not valid: it was used, replaced by a newer one, or has expired. Ask for a new one.";
        return Page();
    }

    /// <summary>Leaves for the provider. A plain link: the page's policy lets no form lead to another site.</summary>
    public async Task<IActionResult> OnGetOpenidAsync(string? to)
    {
        if (!HasOpenId)
            return NotFound();
        To = LocalPath.Of(to);
        try
        {
            await HttpContext.ChallengeAsync(OpenId.SchemeName, new AuthenticationProperties { RedirectUri = To });
            return new EmptyResult();
        }
        catch (Exception away) when (away is InvalidOperationException or IOException or HttpRequestException)
        {
            Problem = "Your log-in provider does not answer. Try again in a moment, or use another way.";
            Response.StatusCode = StatusCodes.Status502BadGateway;
            return Page();
        }
    }

    /// <summary>Asks for a link by mail; the answer is the same for every address.</summary>
    public IActionResult OnPostMail([FromForm] string? email, [FromForm] string? to)
    {
        To = LocalPath.Of(to);
        switch (mail.Ask(email, HttpContext.Connection.RemoteIpAddress))
        {
            case LoginMailAnswer.Asked:
                Entrance.KeepGoal(HttpContext, To);
                Asked = email!.Trim();
                break;
            case LoginMailAnswer.BadEmail:
                Problem = "Enter an e-mail address, such as you@example.org.";
                Response.StatusCode = StatusCodes.Status400BadRequest;
                break;
            case LoginMailAnswer.TooMany:
                Problem = "Too many links were asked for. Wait ten minutes.";
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                break;
            default:
                Problem = "The hub cannot send mail now. Try again in a moment.";
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
        }

        return Page();
    }

    /// <summary>Spends the link.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm] string? token, CancellationToken ct)
    {
        var outcome = await links.RedeemAsync(token ?? "", null, Entrance.Address(HttpContext), ct);
        if (outcome.UserId is not { } user)
        {
            Problem = outcome.Text;
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return Page();
        }

        await entrance.OpenAsync(HttpContext, user);
        return LocalRedirect(Entrance.TakeGoal(HttpContext));
    }

    /// <summary>Ends the session in the database, not only in the browser.</summary>
    public async Task<IActionResult> OnPostLogoutAsync(CancellationToken ct)
    {
        if (Request.Cookies[SessionCookie.CookieName] is { } cookie)
            await sessions.EndAsync(cookie, Entrance.Address(HttpContext), ct);
        SessionCookie.Take(HttpContext);
        return LocalRedirect("/login");
    }
}
