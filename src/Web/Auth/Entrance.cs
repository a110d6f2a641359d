using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Auth;

/// <summary>Lets a person in who has proved who they are: a new session in the browser, whatever it held before.</summary>
public sealed class Entrance(AuthSessions sessions)
{
    /// <summary>Where the person wanted to go, kept while the link is in the mail.</summary>
    private const string GoalCookie = "__Host-goal";

    public static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    public async Task OpenAsync(HttpContext http, string userId, string? workspaceId = null)
    {
        if (http.Request.Cookies[SessionCookie.CookieName] is { } old)
            await sessions.EndAsync(old, Address(http), http.RequestAborted);
        SessionCookie.Give(http, await sessions.CreateAsync(
            userId, Address(http), http.Request.Headers.UserAgent.ToString(), http.RequestAborted, workspaceId));
    }

    public static void KeepGoal(HttpContext http, string? path)
    {
        if (LocalPath.Of(path) is { Length: > 1 } goal)
            http.Response.Cookies.Append(GoalCookie, goal, SessionCookie.Flags(LoginLinks.LinkLife));
    }

    public static string TakeGoal(HttpContext http)
    {
        if (http.Request.Cookies[GoalCookie] is not { } goal)
            return "/";
        http.Response.Cookies.Delete(GoalCookie, SessionCookie.Flags(null));
        return LocalPath.Of(goal);
    }
}
