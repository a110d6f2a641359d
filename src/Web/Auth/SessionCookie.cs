using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Auth;

/// <summary>The browser's session: an opaque id in a cookie that no other host, port scheme or script can read or set.</summary>
internal sealed class SessionCookie(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AuthSessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "session";

    /// <summary>The prefix makes browsers insist on Secure, Path=/ and no Domain.</summary>
    public const string CookieName = "__Host-session";

    public static void Give(HttpContext context, string value) =>
        context.Response.Cookies.Append(CookieName, value, Flags(AuthSessions.AbsoluteLife));

    public static void Take(HttpContext context) => context.Response.Cookies.Delete(CookieName, Flags(null));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Cookies[CookieName] is not { Length: > 0 } cookie)
            return AuthenticateResult.NoResult();
        if (await sessions.FindAsync(cookie, Context.RequestAborted) is not { } who)
            return AuthenticateResult.Fail("session over");
        Context.Features.Set(who);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, who.UserId)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A live page whose session is over loads itself again, and comes to the log-in that way.
        if (Request.Headers.Accept == "text/event-stream")
        {
            Response.ContentType = "text/event-stream";
            return Response.WriteAsync("event: over\ndata: ended\n\n", Context.RequestAborted);
        }

        // Relative: the address that the browser used is the one that works for it.
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            Response.Headers["HX-Redirect"] = "/login";
            Response.StatusCode = StatusCodes.Status200OK;
        }
        else
        {
            var goal = HttpMethods.IsGet(Request.Method) ? LocalPath.Of(Request.Path + Request.QueryString) : "/";
            Response.Headers.Location = goal == "/" ? "/login" : $"/login?to={Uri.EscapeDataString(goal)}";
            Response.StatusCode = StatusCodes.Status302Found;
        }

        return Task.CompletedTask;
    }

    internal static CookieOptions Flags(TimeSpan? age) => new()
    {
        Path = "/",
        Secure = true,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
        MaxAge = age,
    };
}
