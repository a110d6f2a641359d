using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Api;

/// <summary>How long the link works; a day when not said.</summary>
internal sealed record ShareLinkRequest(int? LifeSeconds = null);

internal sealed record ShareLinkView(
    string Id, string DiagnosticId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A new link with its secret, shown this once.</summary>
internal sealed record NewShareLinkView(string Id, string Secret, DateTimeOffset ExpiresAt);

internal sealed record ShareLinkPage(IReadOnlyList<ShareLinkView> Items, string? Next);

/// <summary>What somebody without an account sees: no id of anything.</summary>
internal sealed record SharedDiagnosticView(
    string? Service, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, JsonElement Document);

internal static class ShareLinksApi
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(1);

    public static void Map(ApiRoutes routes)
    {
        var change = ApiPolicy.Key(Scopes.Services, Role.Member);
        routes.Map("POST", "/v1/diagnostics/{id}/share-links", change,
            ApiDoc.Of("Makes a secret that opens this diagnostic to people without an account.")
                .Path("id", "The diagnostic's id.")
                .Takes(ApiJson.Default.ShareLinkRequest).Gives(201, ApiJson.Default.NewShareLinkView),
            CreateAsync);
        routes.Map("GET", "/v1/share-links", ApiPolicy.Key(Scopes.Services),
            ApiDoc.Of("Lists the links that work, newest first.").Paged().Gives(200, ApiJson.Default.ShareLinkPage), ListAsync);
        routes.Map("DELETE", "/v1/share-links/{id}", change,
            ApiDoc.Of("Revokes a link.").Path("id", "The link's id.").Gives(204), RevokeAsync);
        // The link's secret is the credential, in the header where keys are: an address would end up in logs.
        routes.Map("GET", "/v1/shared-diagnostic", ApiPolicy.OwnSecret,
            ApiDoc.Of("Reads the diagnostic that a link's secret opens.").Gives(200, ApiJson.Default.SharedDiagnosticView),
            OpenAsync);
    }

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        if (call.Id is not { } id) return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.ShareLinkRequest);
        if (body is null) return problem!;
        var life = body.LifeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultLife;
        if (life <= TimeSpan.Zero || life > ShareLinks.MaximumLife)
            return Problem.BadRequest(
                "bad_life", $"lifeSeconds is a number from 1 to {(int)ShareLinks.MaximumLife.TotalSeconds}.");
        return await Links(call).CreateAsync(
            call.WorkspaceId, id, life, call.Caller.Actor, call.Address, call.Ended) is var (link, secret)
            ? Results.Json(
                new NewShareLinkView(link.Id, secret, link.ExpiresAt), ApiJson.Default.NewShareLinkView,
                statusCode: StatusCodes.Status201Created)
            : Problem.NotFound;
    }

    /// <summary>Those that work, newest first.</summary>
    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var database = call.Http.RequestServices.GetRequiredService<Database>();
        await using var db = database.Connect();
        var rows = await db.ShareLinksPageAsync(
            call.WorkspaceId, database.Time.GetUtcNow(), page.Before, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Id);
        return Results.Json(new ShareLinkPage(items.ConvertAll(View), next), ApiJson.Default.ShareLinkPage);
    }

    private static async Task<IResult> RevokeAsync(ApiCall call) =>
        call.Id is { } id
        && await Links(call).RevokeAsync(call.WorkspaceId, id, call.Caller.Actor, call.Address, call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;

    private static async Task<IResult> OpenAsync(ApiCall call) =>
        await Links(call).OpenAsync(call.Secret, call.Ended) is var (diagnostic, expires)
            ? Results.Json(
                new SharedDiagnosticView(
                    diagnostic.Service, diagnostic.CreatedAt, expires, DiagnosticsApi.Document(diagnostic)),
                ApiJson.Default.SharedDiagnosticView)
            : call.Http.RequestServices.GetRequiredService<ApiGate>().Wrong(call.Http);

    private static ShareLinks Links(ApiCall call) => call.Http.RequestServices.GetRequiredService<ShareLinks>();

    private static ShareLinkView View(ShareLinkRow row) => new(row.Id, row.DiagnosticId, row.CreatedAt, row.ExpiresAt);
}
