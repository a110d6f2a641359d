using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Api;

/// <summary>A workspace and what the caller is in it.</summary>
internal sealed record WorkspaceView(string Id, string Name, string Role, DateTimeOffset CreatedAt);

internal sealed record WorkspaceList(IReadOnlyList<WorkspaceView> Items);

internal sealed record WorkspaceRequest(string Name);

internal static class WorkspacesApi
{
    private const string Id = "The id of the key's workspace.";

    public static void Map(ApiRoutes routes)
    {
        var account = ApiPolicy.Key(Scopes.Account);
        routes.Map("GET", "/v1/workspaces", account,
            ApiDoc.Of("Lists where the person of the personal key is a member.").Gives(200, ApiJson.Default.WorkspaceList),
            ListAsync);
        routes.Map("POST", "/v1/workspaces", account,
            ApiDoc.Of("Makes a workspace; the person of the personal key becomes its first owner.")
                .Takes(ApiJson.Default.WorkspaceRequest).Gives(201, ApiJson.Default.WorkspaceView).Refuses(409),
            CreateAsync);
        routes.Map("GET", "/v1/workspaces/{id}", ApiPolicy.AnyKey(),
            ApiDoc.Of("Reads the key's workspace.").Path("id", Id).Gives(200, ApiJson.Default.WorkspaceView), GetAsync);
        routes.Map("PATCH", "/v1/workspaces/{id}", ApiPolicy.Key(Scopes.Members, Role.Admin),
            ApiDoc.Of("Renames the key's workspace.").Path("id", Id)
                .Takes(ApiJson.Default.WorkspaceRequest).Gives(200, ApiJson.Default.WorkspaceView),
            RenameAsync);
    }

    internal static IResult NeedsPerson { get; } = Problem.Forbidden("personal_key_needed",
        "This is about a person: use a personal key.");

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        if (call.Caller.UserId is not { } user) return NeedsPerson;
        var all = await All(call).OfAsync(user, call.Ended);
        return Results.Json(new WorkspaceList([.. all.Select(View)]), ApiJson.Default.WorkspaceList);
    }

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        if (call.Caller.UserId is not { } user) return NeedsPerson;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.WorkspaceRequest);
        if (body is null) return problem!;
        return PeopleAnswers.Of(
            await All(call).CreateAsync(user, body.Name, call.Caller.Actor, call.Address, call.Ended),
            made => Results.Json(View(made), ApiJson.Default.WorkspaceView, statusCode: StatusCodes.Status201Created));
    }

    private static async Task<IResult> GetAsync(ApiCall call) =>
        call.Route("id") == call.WorkspaceId
            ? Own(call, (await All(call).FindAsync(call.WorkspaceId, call.Ended)))
            : Problem.NotFound;

    private static async Task<IResult> RenameAsync(ApiCall call)
    {
        if (call.Route("id") != call.WorkspaceId) return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.WorkspaceRequest);
        if (body is null) return problem!;
        return PeopleAnswers.Of(
            await All(call).RenameAsync(call.Requester(), body.Name, call.Ended), row => Own(call, row));
    }

    private static IResult Own(ApiCall call, Data.Rows.WorkspaceRow row) => Results.Json(
        new WorkspaceView(row.Id, row.Name, call.Caller.Role.Word(), row.CreatedAt), ApiJson.Default.WorkspaceView);

    private static WorkspaceView View(WorkspaceEntry entry) =>
        new(entry.Id, entry.Name, entry.Role.Word(), entry.CreatedAt);

    private static Workspaces All(ApiCall call) => call.Http.RequestServices.GetRequiredService<Workspaces>();
}
