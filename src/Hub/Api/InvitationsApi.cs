using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Api;

internal sealed record InvitationView(
    string Id, string Email, string Role, bool Mailed, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

internal sealed record InvitationPage(IReadOnlyList<InvitationView> Items, string? Next);

/// <summary>Who, as what, and whether the link is mailed or given back to hand over.</summary>
internal sealed record InvitationRequest(string Email, string Role, bool Mail = false);

/// <summary>The invitation; its link is null when it was mailed, and is shown this once when not.</summary>
internal sealed record MadeInvitationView(InvitationView Invitation, string? Link);

internal static class InvitationsApi
{
    private const string Id = "The invitation's id.";

    public static void Map(ApiRoutes routes)
    {
        var admin = ApiPolicy.Key(Scopes.Members, Role.Admin);
        routes.Map("GET", "/v1/invitations", admin,
            ApiDoc.Of("Lists open invitations.").Paged().Gives(200, ApiJson.Default.InvitationPage), ListAsync);
        routes.Map("GET", "/v1/invitations/{id}", admin,
            ApiDoc.Of("Reads one open invitation.").Path("id", Id).Gives(200, ApiJson.Default.InvitationView), GetAsync);
        routes.Map("POST", "/v1/invitations", admin,
            ApiDoc.Of("Invites a person, in place of an earlier open invitation of theirs.")
                .Takes(ApiJson.Default.InvitationRequest).Gives(201, ApiJson.Default.MadeInvitationView).Refuses(409),
            CreateAsync);
        routes.Map("DELETE", "/v1/invitations/{id}", admin,
            ApiDoc.Of("Withdraws an open invitation.").Path("id", Id).Gives(204), WithdrawAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var rows = await All(call).PageAsync(call.WorkspaceId, page.After, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Id);
        return Results.Json(new InvitationPage(items.ConvertAll(View), next), ApiJson.Default.InvitationPage);
    }

    private static async Task<IResult> GetAsync(ApiCall call) =>
        await All(call).FindAsync(call.WorkspaceId, call.Route("id"), call.Ended) is { } row
            ? Results.Json(View(row), ApiJson.Default.InvitationView)
            : Problem.NotFound;

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.InvitationRequest);
        if (body is null) return problem!;
        if (Roles.Parse(body.Role) is not { } role) return MembersApi.BadRole;
        return PeopleAnswers.Of(
            await All(call).CreateAsync(call.Requester(), body.Email, role, body.Mail, call.Ended),
            made => Results.Json(new MadeInvitationView(View(made.Invitation), made.Link),
                ApiJson.Default.MadeInvitationView, statusCode: StatusCodes.Status201Created));
    }

    private static async Task<IResult> WithdrawAsync(ApiCall call) => PeopleAnswers.Of(
        await All(call).WithdrawAsync(call.Requester(), call.Route("id"), call.Ended), _ => Results.NoContent());

    private static InvitationView View(InvitationRow row) =>
        new(row.Id, row.Email, row.Role.Word(), row.Mailed, row.CreatedAt, row.ExpiresAt);

    private static Invitations All(ApiCall call) => call.Http.RequestServices.GetRequiredService<Invitations>();
}
