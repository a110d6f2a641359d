using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Api;

/// <summary>A key without its secret; userId is whose personal key it is, null for the workspace's.</summary>
internal sealed record ApiKeyView(
    string Id, string Name, string Prefix, IReadOnlyList<string> Scopes, string? UserId, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt, [property: Live] DateTimeOffset? LastUsedAt);

internal sealed record ApiKeyPage(IReadOnlyList<ApiKeyView> Items, string? Next);

/// <summary>Personal: of the person of the personal key that asks. No expiresAt: it does not end by itself.</summary>
internal sealed record ApiKeyRequest(
    string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt = null, bool Personal = false);

/// <summary>The key with its secret, which is shown this once.</summary>
internal sealed record MadeApiKeyView(ApiKeyView Key, string Secret);

internal static class ApiKeysApi
{
    private const string Id = "The key's id.";

    public static void Map(ApiRoutes routes)
    {
        var policy = ApiPolicy.Key(Scopes.Keys);
        routes.Map("GET", "/v1/api-keys", policy,
            ApiDoc.Of("Lists API keys: an admin's all of the workspace, else the person's own.").Paged()
                .Gives(200, ApiJson.Default.ApiKeyPage),
            ListAsync);
        routes.Map("GET", "/v1/api-keys/{id}", policy,
            ApiDoc.Of("Reads one API key, without its secret.").Path("id", Id).Gives(200, ApiJson.Default.ApiKeyView),
            GetAsync);
        routes.Map("POST", "/v1/api-keys", policy,
            ApiDoc.Of("Makes an API key that may do no more and lives no longer than the one that asks.")
                .Takes(ApiJson.Default.ApiKeyRequest).Gives(201, ApiJson.Default.MadeApiKeyView).Refuses(409),
            CreateAsync);
        routes.Map("DELETE", "/v1/api-keys/{id}", policy,
            ApiDoc.Of("Revokes an API key.").Path("id", Id).Gives(204), RevokeAsync);
    }

    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var rows = await All(call).PageAsync(call.Requester(), page.After, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Id);
        return Results.Json(new ApiKeyPage(items.ConvertAll(View), next), ApiJson.Default.ApiKeyPage);
    }

    private static async Task<IResult> GetAsync(ApiCall call) =>
        await All(call).FindAsync(call.Requester(), call.Route("id"), call.Ended) is { } row
            ? Results.Json(View(row), ApiJson.Default.ApiKeyView)
            : Problem.NotFound;

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.ApiKeyRequest);
        if (body is null) return problem!;
        return PeopleAnswers.Of(
            await All(call).CreateAsync(
                call.Requester(), body.Name, body.Scopes, body.ExpiresAt, body.Personal, call.Ended),
            made => Results.Json(new MadeApiKeyView(View(made.Row), made.Secret), ApiJson.Default.MadeApiKeyView,
                statusCode: StatusCodes.Status201Created));
    }

    private static async Task<IResult> RevokeAsync(ApiCall call) => PeopleAnswers.Of(
        await All(call).RevokeAsync(call.Requester(), call.Route("id"), call.Ended), _ => Results.NoContent());

    private static ApiKeyView View(ApiKeyRow row) => new(
        row.Id, row.Name, row.Prefix, Scopes.Read(row.Scopes), row.UserId, row.CreatedAt, row.ExpiresAt, row.LastUsedAt);

    private static WorkspaceKeys All(ApiCall call) => call.Http.RequestServices.GetRequiredService<WorkspaceKeys>();
}
