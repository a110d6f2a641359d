using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;

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
    // Ten years: what is longer is for ever, and says so by leaving the life out.
    private const long MaximumLifeSeconds = 10L * 365 * 24 * 3600;

    private const string Name = "The service's name.";

    public static void Map(ApiRoutes routes)
    {
        var change = ApiPolicy.Key(Scopes.Services, Role.Admin);
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
        if (body.LifeSeconds is < 1 or > MaximumLifeSeconds)
            return Problem.BadRequest("bad_life", $"lifeSeconds is a number from 1 to {MaximumLifeSeconds}, or left out.");
        if (await SubjectAsync(call, body) is not var (kind, subject))
            return Problem.BadRequest("bad_subject",
                "kind is member, role, agent or tag, and subject names one of this workspace: a member by id or e-mail "
                + $"address, {Roles.Allowed}, an agent by id, a tag by its word.");
        var policy = Policy(call);
        var expires = body.LifeSeconds is { } seconds ? policy.Time.GetUtcNow().AddSeconds(seconds) : (DateTimeOffset?)null;
        var grant = await policy.GrantAsync(
            call.WorkspaceId, call.Route("name"), kind, subject, expires, call.Caller.Actor, call.Address, call.Ended);
        if (grant is not null)
            return Results.Json(View(grant), ApiJson.Default.GrantView, statusCode: StatusCodes.Status201Created);
        return Exists(call)
            ? Problem.Forbidden("too_many_grants",
                $"A service has at most {ServicePolicy.MaximumGrants} grants: take one back, or grant a role or a tag.")
            : Problem.NotFound;
    }

    private static async Task<IResult> DeleteAsync(ApiCall call) =>
        await Policy(call).RevokeGrantAsync(
            call.WorkspaceId, call.Route("name"), call.Route("id"), call.Caller.Actor, call.Address, call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;

    private static async Task<(GrantKind Kind, string Subject)?> SubjectAsync(ApiCall call, GrantRequest body)
    {
        switch (body.Kind)
        {
            case "member":
                return await Members.FindAsync(call, body.Subject) is { } user ? (GrantKind.Member, user) : null;
            case "role":
                return Roles.Parse(body.Subject) is { } role ? (GrantKind.Role, role.Word()) : null;
            case "agent":
                var agents = call.Http.RequestServices.GetRequiredService<AgentDirectory>();
                return agents.FindById(body.Subject) is { Revoked: false } agent && agent.WorkspaceId == call.WorkspaceId
                    ? (GrantKind.Agent, agent.AgentId)
                    : null;
            case "tag":
                return ServiceName.IsValid(body.Subject) ? (GrantKind.Tag, body.Subject) : null;
            default:
                return null;
        }
    }

    private static bool Exists(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServiceDirectory>()
        .Find(call.WorkspaceId, call.Route("name")) is not null;

    private static ServicePolicy Policy(ApiCall call) => call.Http.RequestServices.GetRequiredService<ServicePolicy>();

    private static GrantView View(Grant grant) => new(
        grant.Id, ServicePolicy.Word(grant.Kind), grant.Subject, grant.CreatedAt, grant.CreatedBy, grant.ExpiresAt);
}
