using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Api;

/// <summary>A JSON object of whoever diagnosed, and the service that it is about.</summary>
internal sealed record DiagnosticRequest(JsonElement Document, string? Service = null);

internal sealed record DiagnosticView(
    string Id, string? Service, string Actor, DateTimeOffset CreatedAt, JsonElement Document);

internal sealed record DiagnosticPage(IReadOnlyList<DiagnosticView> Items, string? Next);

internal static class DiagnosticsApi
{
    public static void Map(ApiRoutes routes)
    {
        var read = ApiPolicy.Key(Scopes.Services);
        routes.Map("POST", "/v1/diagnostics", ApiPolicy.Key(Scopes.Services, Role.Member),
            ApiDoc.Of("Keeps the result of a diagnosis.")
                .Takes(ApiJson.Default.DiagnosticRequest).Gives(201, ApiJson.Default.DiagnosticView),
            CreateAsync);
        routes.Map("GET", "/v1/diagnostics", read,
            ApiDoc.Of("Lists the diagnostics, newest first.").Paged().Gives(200, ApiJson.Default.DiagnosticPage), ListAsync);
        routes.Map("GET", "/v1/diagnostics/{id}", read,
            ApiDoc.Of("Reads one diagnostic.").Path("id", "The diagnostic's id.").Gives(200, ApiJson.Default.DiagnosticView),
            GetAsync);
    }

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.DiagnosticRequest);
        if (body is null) return problem!;
        if (body.Service is not null && !ServiceName.IsValid(body.Service))
            return Problem.BadRequest("bad_service", "service is the name of a service.");
        if (body.Document.ValueKind != JsonValueKind.Object)
            return Problem.BadRequest("bad_document", "document is a JSON object.");
        // Written anew: without the sender's spaces, and with zero bytes escaped, which stop PostgreSQL.
        var document = JsonSerializer.Serialize(body.Document, ApiJson.Default.JsonElement);
        if (!Diagnostics.Fits(document))
            return Problem.BadRequest(
                "bad_document", $"document has at most {Diagnostics.MaximumBytes / 1024} KiB.");
        var row = await call.Http.RequestServices.GetRequiredService<Diagnostics>()
            .StoreAsync(call.WorkspaceId, body.Service, call.Caller.Actor, document, call.Ended);
        return Results.Json(View(row), ApiJson.Default.DiagnosticView, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Newest first.</summary>
    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        await using var db = Connect(call);
        var rows = await db.DiagnosticsPageAsync(call.WorkspaceId, page.Before, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Id);
        return Results.Json(new DiagnosticPage(items.ConvertAll(View), next), ApiJson.Default.DiagnosticPage);
    }

    private static async Task<IResult> GetAsync(ApiCall call)
    {
        if (call.Id is not { } id) return Problem.NotFound;
        await using var db = Connect(call);
        return await db.FindDiagnosticAsync(call.WorkspaceId, id, call.Ended) is { } row
            ? Results.Json(View(row), ApiJson.Default.DiagnosticView)
            : Problem.NotFound;
    }

    public static JsonElement Document(DiagnosticRow row) => JsonElement.Parse(row.Document);

    private static HubDb Connect(ApiCall call) => call.Http.RequestServices.GetRequiredService<Database>().Connect();

    public static DiagnosticView View(DiagnosticRow row) =>
        new(row.Id, row.Service, row.Actor, row.CreatedAt, Document(row));
}
