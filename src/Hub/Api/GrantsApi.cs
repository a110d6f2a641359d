using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// kind: member (subject: id or e-mail address), role (that one and higher), agent (id) or tag. Without lifeSeconds it
/// holds until it is taken back.
/// </summary>
internal sealed record GrantRequest(string Kind, string Subject, long? LifeSeconds = null);

internal sealed record GrantView(
    string Id, string Kind, string Subject, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt);

internal sealed record GrantList(IReadOnlyList<GrantView> Items);

/// <summary>Who may reach a service that is for chosen ones. At most a few hundred, so the list has no pages.</summary>
internal static class GrantsApi
{
    private const string Name = "The service's name.";

    public static void Map(ApiRoutes routes)
    {
        var change = ApiPolicy.Key(Scopes.Services, ServiceActs.ToChange);
        routes.Map("GET", "/v1/services/{name}/grants", ApiPolicy.Key(Scopes.Services),
            ApiDoc.Of("Lists who may reach a service that is for chosen ones.").Path("name", Name)
                .Gives(200, ApiJson.Default.GrantList),
            List);
        routes.Map("POST", "/v1/services/{name}/grants", change,
            ApiDoc.Of("Lets a member, a role, an agent or a tag reach a service, for a while or until it is taken back.")
                .Path("name", Name).Takes(ApiJson.Default.GrantRequest).Gives(201, ApiJson.Default.GrantView).Refuses(403),
            CreateAsync);
        routes.Map("DELETE", "/v1/services/{name}/grants/{id}", change,
            ApiDoc.Of("Takes a grant back; live streams that it allowed end at once.").Path("name", Name)
                .Path("id", "The grant's id.").Gives(204),
            DeleteAsync);
    }

    private static Task<IResult> List(ApiCall call)
    {
        if (!Exists(call)) return Task.FromResult(Problem.NotFound);
        var now = Policy(call).Time.GetUtcNow();
        var items = Policy(call).Current.RuleOf(call.WorkspaceId, call.Route("name")).Grants
            .Where(grant => grant.ExpiresAt is not { } end || end > now).Select(View).ToList();
        return Task.FromResult(Results.Json(new GrantList(items), ApiJson.Default.GrantList));
    }

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        if (!Exists(call)) return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.GrantRequest);
        if (body is null) return problem!;
        var (grant, refused) = await Acts(call).GrantAsync(
            call.Requester(), call.Route("name"), body.Kind, body.Subject, body.LifeSeconds, call.Ended);
        if (grant is not null)
            return Results.Json(View(grant), ApiJson.Default.GrantView, statusCode: StatusCodes.Status201Created);
        return refused!.IsNotFound ? Problem.NotFound
            : refused.Code == "too_many_grants" ? Problem.Forbidden(refused.Code, refused.Text)
            : Problem.BadRequest(refused.Code, refused.Text);
    }

    private static async Task<IResult> DeleteAsync(ApiCall call) =>
        await Acts(call).RevokeAsync(call.Requester(), call.Route("name"), call.Route("id"), call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;

    private static ServiceActs Acts(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServiceActs>();

    private static bool Exists(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServiceDirectory>()
        .Find(call.WorkspaceId, call.Route("name")) is not null;

    private static ServicePolicy Policy(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServicePolicy>();

    private static GrantView View(Grant grant) => new(
        grant.Id, ServicePolicy.Word(grant.Kind), grant.Subject, grant.CreatedAt, grant.CreatedBy, grant.ExpiresAt);
}
