using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Api;

/// <summary>A service and, while its agent is connected, what flows through it. Rates in bytes a second.</summary>
internal sealed record ServiceView(
    string Name, string AgentId, string Target, int? Port, [property: Live] DateTimeOffset LastPublishedAt,
    [property: Live] bool Up, [property: Live] int Streams, [property: Live] long BytesIn,
    [property: Live] long BytesOut, [property: Live] double InRate, [property: Live] double OutRate)
{
    /// <summary>everyone, or chosen: those that a grant names.</summary>
    public required string Reach { get; init; }

    /// <summary>off, loopback, network, or agent: as the agent asks.</summary>
    public required string Publish { get; init; }

    /// <summary>Networks that visitors may come from; empty for everybody, null as the agent asks.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>It takes no new streams.</summary>
    public required bool Paused { get; init; }

    /// <summary>What was decided of its weight, limit and floor; null as the agent asks, 0 for none.</summary>
    public required ShareRule Share { get; init; }

    /// <summary>Visitors turned away since the service is up.</summary>
    [Live]
    public long RefusedVisitors { get; init; }
}

internal sealed record ServicePage(IReadOnlyList<ServiceView> Items, string? Next);

internal static class ServicesApi
{
    private const string Name = "The service's name.";

    public static void Map(ApiRoutes routes)
    {
        var read = ApiPolicy.Key(Scopes.Services);
        routes.Map("GET", "/v1/services", read,
            ApiDoc.Of("Lists the services by name.").Paged().Gives(200, ApiJson.Default.ServicePage), ListAsync);
        routes.Map("GET", "/v1/services/{name}", read,
            ApiDoc.Of("Reads one service.").Path("name", Name).Gives(200, ApiJson.Default.ServiceView), Get);
        routes.Map("PATCH", "/v1/services/{name}", ApiPolicy.Key(Scopes.Services, ServiceActs.ToChange),
            ApiDoc.Of("Changes who may reach a service, where its port listens, whether it is paused and its share (weight, limit, floor); what is no longer allowed ends at once.")
                .Path("name", Name).Takes(ApiJson.Default.ServiceChange).Gives(200, ApiJson.Default.ServiceView),
            ChangeAsync);
        routes.Map("DELETE", "/v1/services/{name}", ApiPolicy.Key(Scopes.Services, ServiceActs.ToEnd),
            ApiDoc.Of("Deletes a service and frees its port; its live streams end at once.").Path("name", Name)
                .Gives(204),
            DeleteAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        await using var db = call.Http.RequestServices.GetRequiredService<Database>().Connect();
        var rows = await db.ServicesPageAsync(call.WorkspaceId, page.After, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Name);
        var live = LiveServices(call).DistinctBy(service => service.Name)
            .ToDictionary(service => service.Name, StringComparer.Ordinal);
        var policy = Policy(call).Current;
        return Results.Json(
            new ServicePage(
                items.ConvertAll(service =>
                    View(service, live.GetValueOrDefault(service.Name), policy.RuleOf(call.WorkspaceId, service.Name))),
                next),
            ApiJson.Default.ServicePage);
    }

    private static Task<IResult> Get(ApiCall call)
    {
        if (Directory(call).Find(call.WorkspaceId, call.Route("name")) is not { } service)
            return Task.FromResult(Problem.NotFound);
        var live = LiveServices(call).FirstOrDefault(other => other.Name == service.Name);
        return Task.FromResult(Results.Json(View(service, live, Policy(call).Current.RuleOf(call.WorkspaceId, service.Name)), ApiJson.Default.ServiceView));
    }

    private static async Task<IResult> ChangeAsync(ApiCall call)
    {
        if (Directory(call).Find(call.WorkspaceId, call.Route("name")) is null) return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.ServiceChange);
        if (body is null) return problem!;
        return await Acts(call).ChangeAsync(call.Requester(), call.Route("name"), body, call.Ended) is { } refused
            ? refused.IsNotFound ? Problem.NotFound : Problem.BadRequest(refused.Code, refused.Text)
            : await Get(call);
    }

    private static async Task<IResult> DeleteAsync(ApiCall call) =>
        await Acts(call).DeleteAsync(call.Requester(), call.Route("name"), call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;

    private static ServiceDirectory Directory(ApiCall call) =>
        call.Http.RequestServices.GetRequiredService<ServiceDirectory>();

    private static ServiceActs Acts(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServiceActs>();

    private static ServicePolicy Policy(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServicePolicy>();

    private static IEnumerable<LiveService> LiveServices(ApiCall call) =>
        call.Http.RequestServices.GetRequiredService<LiveView>().Current.Services
            .Where(service => service.WorkspaceId == call.WorkspaceId);

    private static ServiceView View(ServiceRecord service, LiveService? live, ServiceRule rule) => new(
        service.Name, service.AgentId, service.Target, service.Port, service.LastPublishedAt,
        live is not null, live?.Streams ?? 0, live?.BytesIn ?? 0, live?.BytesOut ?? 0,
        live?.InRate ?? 0, live?.OutRate ?? 0)
    {
        Reach = rule.IsForEveryone ? "everyone" : "chosen",
        Publish = rule.Publish?.ToString().ToLowerInvariant() ?? "agent",
        Allow = rule.Allow?.Networks,
        Paused = rule.IsPaused,
        Share = rule.Share,
        RefusedVisitors = live?.Refused ?? 0,
    };
}
