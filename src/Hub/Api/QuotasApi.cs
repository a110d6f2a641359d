using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Api;

/// <summary>What a workspace may have; null or left out is no limit. bandwidth in bits a second, both ways together.</summary>
internal sealed record QuotaRequest(
    int? Agents = null, int? Services = null, int? Ports = null, int? Streams = null, long? Bandwidth = null);

/// <summary>The quotas of a workspace; null is no limit.</summary>
internal sealed record QuotaView(
    string WorkspaceId, int? Agents, int? Services, int? Ports, int? Streams, long? Bandwidth);

internal sealed record QuotaPage(IReadOnlyList<QuotaView> Items, string? Next);

/// <summary>Everybody reads their own; the hub's operator, who has the keys of the first workspace, reads and sets all.</summary>
internal static class QuotasApi
{
    public static void Map(ApiRoutes routes)
    {
        routes.Map("GET", "/v1/quota", ApiPolicy.AnyKey(),
            ApiDoc.Of("Reads the quotas of the key's workspace; null is no limit.").Gives(200, ApiJson.Default.QuotaView),
            Get);
        routes.Map("GET", "/v1/quotas", ApiPolicy.Key(Scopes.Hub, Role.Admin),
            ApiDoc.Of("Lists the quotas of all workspaces; for keys of the hub's first workspace.").Paged()
                .Gives(200, ApiJson.Default.QuotaPage).Refuses(404),
            ListAsync);
        routes.Map("PUT", "/v1/quotas/{workspaceId}", ApiPolicy.Key(Scopes.Hub, Role.Admin),
            ApiDoc.Of("Sets the quotas of a workspace; for keys of the hub's first workspace.")
                .Path("workspaceId", "The workspace's id.").Takes(ApiJson.Default.QuotaRequest)
                .Gives(200, ApiJson.Default.QuotaView),
            SetAsync);
    }

    private static Task<IResult> Get(ApiCall call) => Task.FromResult(Answer(call, call.WorkspaceId));

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        if (!await Quotas(call).IsOperatorsAsync(call.WorkspaceId, call.Ended)) return Problem.NotFound;
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var ids = await Quotas(call).WorkspacesAsync(page.After, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(ids, id => id);
        return Results.Json(new QuotaPage(items.ConvertAll(id => View(call, id)), next), ApiJson.Default.QuotaPage);
    }

    private static async Task<IResult> SetAsync(ApiCall call)
    {
        if (!await Quotas(call).IsOperatorsAsync(call.WorkspaceId, call.Ended) || !Guid.TryParseExact(call.Route("workspaceId"), "D", out var workspace))
            return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.QuotaRequest);
        if (body is null) return problem!;
        if (body is { Agents: < 0 } or { Services: < 0 } or { Ports: < 0 } or { Streams: < 0 } or { Bandwidth: < 0 })
            return Problem.BadRequest("bad_quota", "A quota is a number from 0 on, or null for no limit.");
        var id = workspace.ToString("D");
        return await Quotas(call).SetAsync(
                id, new WorkspaceQuota(body.Agents, body.Services, body.Ports, body.Streams, body.Bandwidth),
                call.Caller.Actor, call.Address, call.Ended)
            ? Answer(call, id)
            : Problem.NotFound;
    }

    private static Quotas Quotas(ApiCall call) => call.Http.RequestServices.GetRequiredService<Quotas>();

    private static IResult Answer(ApiCall call, string workspaceId) =>
        Results.Json(View(call, workspaceId), ApiJson.Default.QuotaView);

    private static QuotaView View(ApiCall call, string workspaceId)
    {
        var quota = Quotas(call).Of(workspaceId);
        return new QuotaView(workspaceId, quota.Agents, quota.Services, quota.Ports, quota.Streams, quota.Bandwidth);
    }
}
