using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Api;

/// <summary>A line of the workspace's audit log; docs/decisions/0029 tells how its hash is made.</summary>
internal sealed record AuditEventView(
    long Sequence, string At, string Actor, string Address, string Act, string Object, string Outcome, string Hash);

internal sealed record AuditEventPage(IReadOnlyList<AuditEventView> Items, string? Next);

internal static class AuditApi
{
    public static void Map(ApiRoutes routes)
    {
        var policy = ApiPolicy.Key(Scopes.Audit, Role.Admin);
        routes.Map("GET", "/v1/audit-events", policy,
            Filtered("Lists the audit log, newest first.").Paged().Gives(200, ApiJson.Default.AuditEventPage), ListAsync);
        routes.Map("GET", "/v1/audit-events/export", policy,
            Filtered("Exports the audit log, oldest first.")
                .Query("format", "How lines are written.", "string", AuditExport.JsonLines, AuditExport.Csv)
                .Streams("application/jsonl", "text/csv"),
            ExportAsync);
    }

    private static ApiDoc Filtered(string summary) => ApiDoc.Of(summary)
        .Query("since", "Lines from this time (ISO 8601) on.")
        .Query("until", "Lines before this time (ISO 8601).")
        .Query("act", "Lines of this act alone.")
        .Query("actor", "Lines of this actor alone.")
        .Refuses(400);

    /// <summary>Newest first.</summary>
    private static async Task<IResult> ListAsync(ApiCall call)
    {
        var (page, problem) = Paging.Read(call.Http.Request);
        if (page is null) return problem!;
        var (filter, bad) = Filter(call.Http.Request);
        if (filter is null) return bad!;
        var before = long.MaxValue;
        if (page.After.Length > 0
            && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Problem.BadRequest("bad_cursor", "cursor is what the page before gave as \"next\".");
        await using var db = Database(call).Connect();
        var rows = await db.AuditPageAsync(call.WorkspaceId, filter, before, page.Limit + 1, call.Ended);
        var (items, next) = page.Cut(rows, row => row.Sequence.ToString(CultureInfo.InvariantCulture));
        return Results.Json(new AuditEventPage(items.ConvertAll(View), next), ApiJson.Default.AuditEventPage);
    }

    /// <summary>Oldest first, all of them.</summary>
    private static Task<IResult> ExportAsync(ApiCall call)
    {
        var (filter, bad) = Filter(call.Http.Request);
        if (filter is null) return Task.FromResult(bad!);
        var format = call.Http.Request.Query["format"].ToString();
        if (!AuditExport.IsFormat(format))
            return Task.FromResult(Problem.BadRequest("bad_format", "format is jsonl or csv."));
        var type = format == AuditExport.Csv ? "text/csv; charset=utf-8" : "application/jsonl";
        return Task.FromResult(Results.Stream(
            body => AuditExport.WriteAsync(Database(call), [call.WorkspaceId], filter, format, body, call.Ended),
            type, $"audit.{format}"));
    }

    private static (AuditFilter? Filter, IResult? Problem) Filter(HttpRequest request)
    {
        if (!IsoTime.TryRead(request.Query["since"], out var since)) return (null, Problem.BadTime("since"));
        if (!IsoTime.TryRead(request.Query["until"], out var until)) return (null, Problem.BadTime("until"));
        return (new AuditFilter(since, until, Text("act"), Text("actor")), null);

        string? Text(string name) => request.Query[name].ToString() is { Length: > 0 } text && !text.Contains('\0')
            ? text
            : null;
    }

    private static Database Database(ApiCall call) => call.Http.RequestServices.GetRequiredService<Database>();

    private static AuditEventView View(AuditEventRow line) => new(
        line.Sequence, line.At, line.Actor, line.Address, line.Act, line.Object, line.Outcome, line.Hash);
}
