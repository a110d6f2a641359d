using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Api;

/// <summary>An agent and, while it is connected, what flows through it.</summary>
internal sealed record AgentView(
    string Id, string Label, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, string? LastAddress,
    bool Connected, string? Version, DateTimeOffset? ConnectedAt, double? RoundTripMilliseconds,
    int Streams, long BytesIn, long BytesOut, double InRate, double OutRate);

internal sealed record AgentPage(IReadOnlyList<AgentView> Items, string? Next);

internal static class AgentsApi
{
    public static void Map(ApiRoutes routes)
    {
        var policy = ApiPolicy.Key(Scopes.Agents);
        routes.Map("GET", "/v1/agents", policy, ListAsync);
        routes.Map("GET", "/v1/agents/{id}", policy, GetAsync);
        routes.Map("DELETE", "/v1/agents/{id}", policy, RevokeAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        await using var db = Connect(call);
        // One more than asked tells whether there is a next page.
        var rows = await db.AgentsPageAsync(call.WorkspaceId, page.After, page.Limit + 1, call.Ended);
        var next = rows.Count > page.Limit ? Paging.Encode(rows[page.Limit - 1].Id) : null;
        var live = LiveAgents(call).DistinctBy(agent => agent.AgentId)
            .ToDictionary(agent => agent.AgentId, StringComparer.Ordinal);
        var items = rows.Take(page.Limit).Select(row => View(row, live.GetValueOrDefault(row.Id))).ToList();
        return Results.Json(new AgentPage(items, next), ApiJson.Default.AgentPage);
    }

    private static async Task<IResult> GetAsync(ApiCall call)
    {
        if (AgentId(call) is not { } id) return Problem.NotFound;
        await using var db = Connect(call);
        if (await db.FindAgentAsync(call.WorkspaceId, id, call.Ended) is not { } row) return Problem.NotFound;
        var live = LiveAgents(call).FirstOrDefault(agent => agent.AgentId == row.Id);
        return Results.Json(View(row, live), ApiJson.Default.AgentView);
    }

    private static async Task<IResult> RevokeAsync(ApiCall call)
    {
        if (AgentId(call) is not { } id) return Problem.NotFound;
        var directory = call.Http.RequestServices.GetRequiredService<AgentDirectory>();
        return await directory.RevokeAsync(call.WorkspaceId, id, call.Caller.Actor, call.Address, call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;
    }

    private static string? AgentId(ApiCall call) => Ids.IsOne(call.Route("id")) ? call.Route("id") : null;

    private static HubDb Connect(ApiCall call) => call.Http.RequestServices.GetRequiredService<Database>().Connect();

    private static IEnumerable<LiveAgent> LiveAgents(ApiCall call) =>
        call.Http.RequestServices.GetRequiredService<LiveView>().Current.Agents
            .Where(agent => agent.WorkspaceId == call.WorkspaceId);

    private static AgentView View(AgentRow row, LiveAgent? live) => new(
        row.Id, row.Label, row.CreatedAt, row.LastSeenAt, live?.Address ?? row.LastAddress,
        live is not null, live?.Version, live?.ConnectedAt, live?.RoundTrip?.TotalMilliseconds,
        live?.Streams ?? 0, live?.BytesIn ?? 0, live?.BytesOut ?? 0, live?.InRate ?? 0, live?.OutRate ?? 0);
}
