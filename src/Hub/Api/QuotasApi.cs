using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Api;

/// <summary>What a workspace may have; null or left out is no limit. bandwidth in bits a second.</summary>
internal sealed record QuotaRequest(
    int? Agents = null, int? Services = null, int? Ports = null, int? Streams = null, long? Bandwidth = null);

/// <summary>The quotas of a workspace; null is no limit.</summary>
internal sealed record QuotaView(
    string WorkspaceId, int? Agents, int? Services, int? Ports, int? Streams, long? Bandwidth);

/// <summary>Everybody reads their own; the hub's operator, who has the keys of the first workspace, sets all.</summary>
internal static class QuotasApi
{
    public static void Map(ApiRoutes routes)
    {
        routes.Map("GET", "/v1/quota", ApiPolicy.AnyKey(),
            ApiDoc.Of("Reads the quotas of the key's workspace; null is no limit.").Gives(200, ApiJson.Default.QuotaView),
            Get);
        routes.Map("PUT", "/v1/quotas/{workspaceId}", ApiPolicy.Key(Scopes.Hub, Role.Admin),
            ApiDoc.Of("Sets the quotas of a workspace; for keys of the hub's first workspace.")
                .Path("workspaceId", "The workspace's id.").Takes(ApiJson.Default.QuotaRequest)
                .Gives(200, ApiJson.Default.QuotaView),
            SetAsync);
    }

    private static Task<IResult> Get(ApiCall call) => Task.FromResult(Answer(call, call.WorkspaceId));

    private static async Task<IResult> SetAsync(ApiCall call)
    {
        if (!await IsOperatorAsync(call) || !Guid.TryParseExact(call.Route("workspaceId"), "D", out var workspace))
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

    private static async Task<bool> IsOperatorAsync(ApiCall call)
    {
        var database = call.Http.RequestServices.GetRequiredService<Database>();
        await using var db = database.Connect();
        return (await db.EnsureDefaultWorkspaceAsync(database.Time, call.Ended)).Id == call.WorkspaceId;
    }

    private static Quotas Quotas(ApiCall call) => call.Http.RequestServices.GetRequiredService<Quotas>();

    private static IResult Answer(ApiCall call, string workspaceId)
    {
        var quota = Quotas(call).Of(workspaceId);
        return Results.Json(
            new QuotaView(workspaceId, quota.Agents, quota.Services, quota.Ports, quota.Streams, quota.Bandwidth),
            ApiJson.Default.QuotaView);
    }
}
