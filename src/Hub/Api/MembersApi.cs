using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Api;

internal sealed record MemberView(string UserId, string Email, string Role, DateTimeOffset CreatedAt);

internal sealed record MemberPage(IReadOnlyList<MemberView> Items, string? Next);

/// <summary>viewer, member, admin or owner.</summary>
internal sealed record RoleRequest(string Role);

internal static class MembersApi
{
    private const string Id = "The member's user id.";

    public static void Map(ApiRoutes routes)
    {
        var read = ApiPolicy.Key(Scopes.Members);
        routes.Map("GET", "/v1/members", read,
            ApiDoc.Of("Lists the members of the workspace.").Paged().Gives(200, ApiJson.Default.MemberPage), ListAsync);
        routes.Map("GET", "/v1/members/{id}", read,
            ApiDoc.Of("Reads one member.").Path("id", Id).Gives(200, ApiJson.Default.MemberView), GetAsync);
        routes.Map("PATCH", "/v1/members/{id}", ApiPolicy.Key(Scopes.Members, Role.Admin),
            ApiDoc.Of("Gives a member another role, up to the caller's own.").Path("id", Id)
                .Takes(ApiJson.Default.RoleRequest).Gives(200, ApiJson.Default.MemberView).Refuses(409),
            SetRoleAsync);
        routes.Map("DELETE", "/v1/members/{id}", read,
            ApiDoc.Of("Removes a member, or lets the person of a personal key leave; personal keys and sessions end at once.")
                .Path("id", Id).Gives(204).Refuses(409),
            RemoveAsync);
        routes.Map("POST", "/v1/members/{id}/transfer", ApiPolicy.Key(Scopes.Members, Role.Owner),
            ApiDoc.Of("Makes a member an owner and the owner of the personal key an admin.").Path("id", Id)
                .Gives(200, ApiJson.Default.MemberView),
            TransferAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var rows = await Directory(call).PageAsync(call.WorkspaceId, page.After, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, member => member.UserId);
        return Results.Json(new MemberPage(items.ConvertAll(View), next), ApiJson.Default.MemberPage);
    }

    private static async Task<IResult> GetAsync(ApiCall call) =>
        await Directory(call).FindAsync(call.WorkspaceId, call.Route("id"), call.Ended) is { } member
            ? Json(member)
            : Problem.NotFound;

    private static async Task<IResult> SetRoleAsync(ApiCall call)
    {
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.RoleRequest);
        if (body is null) return problem!;
        if (Roles.Parse(body.Role) is not { } role) return BadRole;
        return PeopleAnswers.Of(
            await Directory(call).SetRoleAsync(call.Requester(), call.Route("id"), role, call.Ended), Json);
    }

    private static async Task<IResult> RemoveAsync(ApiCall call) => PeopleAnswers.Of(
        await Directory(call).RemoveAsync(call.Requester(), call.Route("id"), call.Ended), _ => Results.NoContent());

    private static async Task<IResult> TransferAsync(ApiCall call) => PeopleAnswers.Of(
        await Directory(call).TransferAsync(call.Requester(), call.Route("id"), call.Ended), Json);

    internal static IResult BadRole => Problem.BadRequest("bad_role", $"role is {Roles.Allowed}.");

    private static IResult Json(MemberEntry member) => Results.Json(View(member), ApiJson.Default.MemberView);

    private static MemberView View(MemberEntry member) =>
        new(member.UserId, member.Email, member.Role.Word(), member.CreatedAt);

    private static MemberDirectory Directory(ApiCall call) =>
        call.Http.RequestServices.GetRequiredService<MemberDirectory>();
}
