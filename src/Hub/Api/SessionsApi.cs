using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Api;

/// <summary>A browser in which the person is logged in.</summary>
internal sealed record SessionView(
    string Id, string WorkspaceId, string Address, string UserAgent, DateTimeOffset CreatedAt,
    [property: Live] DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt);

internal sealed record SessionList(IReadOnlyList<SessionView> Items);

internal static class SessionsApi
{
    public static void Map(ApiRoutes routes)
    {
        var policy = ApiPolicy.Key(Scopes.Account);
        routes.Map("GET", "/v1/sessions", policy,
            ApiDoc.Of("Lists where the person of the personal key is logged in.").Gives(200, ApiJson.Default.SessionList),
            ListAsync);
        routes.Map("DELETE", "/v1/sessions", policy,
            ApiDoc.Of("Logs the person of the personal key out everywhere.").Gives(204), EndAllAsync);
        routes.Map("DELETE", "/v1/sessions/{id}", policy,
            ApiDoc.Of("Ends one session of the person of the personal key.").Path("id", "The session's id.").Gives(204),
            EndAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        if (call.Caller.UserId is not { } user) return WorkspacesApi.NeedsPerson;
        var all = await All(call).OfAsync(user, call.Ended);
        return Results.Json(new SessionList([.. all.Select(View)]), ApiJson.Default.SessionList);
    }

    private static async Task<IResult> EndAllAsync(ApiCall call)
    {
        if (call.Caller.UserId is null) return WorkspacesApi.NeedsPerson;
        await All(call).EndAllAsync(call.Requester(), call.Ended);
        return Results.NoContent();
    }

    private static async Task<IResult> EndAsync(ApiCall call)
    {
        if (call.Caller.UserId is null) return WorkspacesApi.NeedsPerson;
        return await All(call).EndAsync(call.Requester(), call.Route("id"), call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;
    }

    private static SessionView View(AuthSessionRow row) => new(
        row.Id, row.WorkspaceId, row.Address, row.UserAgent, row.CreatedAt, row.LastSeenAt, row.ExpiresAt);

    private static AuthSessions All(ApiCall call) => call.Http.RequestServices.GetRequiredService<AuthSessions>();
}
