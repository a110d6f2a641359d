using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Api;

/// <summary>An agent and, while it is connected, what flows through it.</summary>
internal sealed record AgentView(
    string Id, string Label, DateTimeOffset CreatedAt, [property: Live] DateTimeOffset? LastSeenAt,
    [property: Live] string? LastAddress, [property: Live] bool Connected, [property: Live] string? Version,
    [property: Live] DateTimeOffset? ConnectedAt, [property: Live] double? RoundTripMilliseconds,
    [property: Live] int Streams, [property: Live] long BytesIn, [property: Live] long BytesOut,
    [property: Live] double InRate, [property: Live] double OutRate)
{
    /// <summary>The member it belongs to, if any.</summary>
    public string? OwnerId { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>It vanishes when it stays away.</summary>
    public bool Ephemeral { get; init; }
}

/// <summary>What is left out stays. ownerId is a member of the workspace, by id or e-mail address.</summary>
internal sealed record AgentChange(string? Label = null, IReadOnlyList<string?>? Tags = null, string? OwnerId = null);

internal sealed record AgentPage(IReadOnlyList<AgentView> Items, string? Next);

internal static class AgentsApi
{
    private const string Id = "The agent's id.";

    public static void Map(ApiRoutes routes)
    {
        var read = ApiPolicy.Key(Scopes.Agents);
        routes.Map("GET", "/v1/agents", read,
            ApiDoc.Of("Lists the agents, oldest first.").Paged().Gives(200, ApiJson.Default.AgentPage), ListAsync);
        routes.Map("GET", "/v1/agents/{id}", read,
            ApiDoc.Of("Reads one agent.").Path("id", Id).Gives(200, ApiJson.Default.AgentView), GetAsync);
        routes.Map("PATCH", "/v1/agents/{id}", ApiPolicy.Key(Scopes.Agents, AgentActs.ToChange),
            ApiDoc.Of("Renames an agent, tags it or gives it to another member; what it may reach follows at once.")
                .Path("id", Id).Takes(ApiJson.Default.AgentChange).Gives(200, ApiJson.Default.AgentView),
            ChangeAsync);
        routes.Map("DELETE", "/v1/agents/{id}", ApiPolicy.Key(Scopes.Agents, AgentActs.ToChange),
            ApiDoc.Of("Revokes an agent; its live streams end at once.").Path("id", Id).Gives(204), RevokeAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        await using var db = Connect(call);
        var rows = await db.AgentsPageAsync(call.WorkspaceId, page.After, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Id);
        var live = LiveAgents(call).DistinctBy(agent => agent.AgentId)
            .ToDictionary(agent => agent.AgentId, StringComparer.Ordinal);
        return Results.Json(
            new AgentPage(items.ConvertAll(row => View(row, live.GetValueOrDefault(row.Id))), next), ApiJson.Default.AgentPage);
    }

    private static async Task<IResult> GetAsync(ApiCall call)
    {
        if (call.Id is not { } id) return Problem.NotFound;
        await using var db = Connect(call);
        if (await db.FindAgentAsync(call.WorkspaceId, id, call.Ended) is not { } row) return Problem.NotFound;
        var live = LiveAgents(call).FirstOrDefault(agent => agent.AgentId == row.Id);
        return Results.Json(View(row, live), ApiJson.Default.AgentView);
    }

    private static async Task<IResult> ChangeAsync(ApiCall call)
    {
        if (call.Id is not { } id) return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.AgentChange);
        if (body is null) return problem!;
        var refused = await Acts(call).ChangeAsync(call.Requester(), id, body.Label, body.Tags, body.OwnerId, call.Ended);
        return refused is null ? await GetAsync(call)
            : refused.IsNotFound ? Problem.NotFound : Problem.BadRequest(refused.Code, refused.Text);
    }

    private static async Task<IResult> RevokeAsync(ApiCall call)
    {
        if (call.Id is not { } id) return Problem.NotFound;
        return await Acts(call).RevokeAsync(call.Requester(), id, call.Ended) ? Results.NoContent() : Problem.NotFound;
    }

    private static AgentActs Acts(ApiCall call) => call.Http.RequestServices.GetRequiredService<AgentActs>();

    private static HubDb Connect(ApiCall call) => call.Http.RequestServices.GetRequiredService<Database>().Connect();

    private static IEnumerable<LiveAgent> LiveAgents(ApiCall call) =>
        call.Http.RequestServices.GetRequiredService<LiveView>().Current.Agents
            .Where(agent => agent.WorkspaceId == call.WorkspaceId);

    private static AgentView View(AgentRow row, LiveAgent? live) => new(
        row.Id, row.Label, row.CreatedAt, row.LastSeenAt, live?.Address ?? row.LastAddress,
        live is not null, live?.Version, live?.ConnectedAt, live?.RoundTrip?.TotalMilliseconds,
        live?.Streams ?? 0, live?.BytesIn ?? 0, live?.BytesOut ?? 0, live?.InRate ?? 0, live?.OutRate ?? 0)
    {
        OwnerId = row.OwnerUserId,
        Tags = AgentTags.Split(row.Tags),
        Ephemeral = row.Ephemeral,
    };
}
