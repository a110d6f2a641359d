using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Streams of one service in one minute, on one way (a port, or one reaching agent), from one class of visitors, with
/// one ending: "live" for those that went on, "done", or a cause. Bytes are those of that minute; "in" is from the
/// exposing agent.
/// </summary>
internal sealed record TunnelView(
    string Id, DateTimeOffset Minute, string Service, string AgentId, int? Port, string? ReachingAgentId,
    string Visitor, string Ending, long Streams, long BytesIn, long BytesOut);

internal sealed record TunnelPage(IReadOnlyList<TunnelView> Items, string? Next);

internal static class TunnelsApi
{
    public static void Map(ApiRoutes routes) =>
        routes.Map("GET", "/v1/tunnels", ApiPolicy.Key(Scopes.Services),
            ApiDoc.Of("Lists what flowed, a row a minute, newest first.").Paged()
                .Query("service", "Rows of this service alone.")
                .Query("since", "Rows from this time (ISO 8601) on.")
                .Query("until", "Rows before this time (ISO 8601).")
                .Refuses(400)
                .Gives(200, ApiJson.Default.TunnelPage),
            ListAsync);

    /// <summary>Newest first.</summary>
    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var query = call.Http.Request.Query;
        var service = query["service"].ToString() is { Length: > 0 } name ? name : null;
        if (service is not null && !ServiceName.IsValid(service))
            return Problem.BadRequest("bad_service", "service is the name of a service.");
        if (!IsoTime.TryRead(query["since"], out var since)) return Problem.BadTime("since");
        if (!IsoTime.TryRead(query["until"], out var until)) return Problem.BadTime("until");
        await using var db = call.Http.RequestServices.GetRequiredService<Database>().Connect();
        var rows = await db.TunnelsPageAsync(
            call.WorkspaceId, service, since, until, page.Before, page.Limit + 1,
            call.Ended);
        var (items, next) = page.Cut(rows, row => row.Id);
        return Results.Json(new TunnelPage(items.ConvertAll(View), next), ApiJson.Default.TunnelPage);
    }

    private static TunnelView View(TunnelRow row) => new(
        row.Id, row.Minute, row.Service, row.AgentId, row.Port, row.ReachingAgentId, row.Visitor, row.Ending,
        row.Streams, row.BytesIn, row.BytesOut);
}
