using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class DiagnosticQueries
{
    public static Task InsertDiagnosticAsync(this HubDb db, DiagnosticRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    public static Task<DiagnosticRow?> FindDiagnosticAsync(
        this HubDb db, string workspaceId, string id, CancellationToken ct) =>
        db.Diagnostics.FirstOrDefaultAsync(row => row.WorkspaceId == workspaceId && row.Id == id, ct);

    [NeedsNoIndex("once, at the start; the primary key gives the order")]
    public static Task<List<DiagnosticRow>> NewestDiagnosticsAsync(this HubDb db, int limit, CancellationToken ct) =>
        db.Diagnostics.OrderByDescending(row => row.Id).Take(limit).ToListAsync(ct);

    /// <summary>Newest first, before an id.</summary>
    public static Task<List<DiagnosticRow>> DiagnosticsPageAsync(
        this HubDb db, string workspaceId, string before, int limit, CancellationToken ct) =>
        db.Diagnostics
            .Where(row => row.WorkspaceId == workspaceId && row.Id.CompareTo(before) < 0)
            .OrderByDescending(row => row.Id)
            .Take(limit)
            .ToListAsync(ct);

    /// <summary>The same of one service.</summary>
    public static Task<List<DiagnosticRow>> DiagnosticsOfServiceAsync(
        this HubDb db, string workspaceId, string service, string before, int limit, CancellationToken ct) =>
        db.Diagnostics
            .Where(row => row.WorkspaceId == workspaceId && row.Service == service && row.Id.CompareTo(before) < 0)
            .OrderByDescending(row => row.Id)
            .Take(limit)
            .ToListAsync(ct);

    public static Task InsertShareLinkAsync(this HubDb db, ShareLinkRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>Those that still work, newest first, before an id.</summary>
    public static Task<List<ShareLinkRow>> ShareLinksPageAsync(
        this HubDb db, string workspaceId, DateTimeOffset now, string before, int limit, CancellationToken ct) =>
        db.ShareLinks
            .Where(row => row.WorkspaceId == workspaceId && row.Id.CompareTo(before) < 0
                && row.RevokedAt == null && row.ExpiresAt > now)
            .OrderByDescending(row => row.Id)
            .Take(limit)
            .ToListAsync(ct);

    /// <summary>True for exactly one caller.</summary>
    public static async Task<bool> RevokeShareLinkAsync(
        this HubDb db, string workspaceId, string id, DateTimeOffset now, CancellationToken ct) =>
        await db.ShareLinks
            .Where(row => row.WorkspaceId == workspaceId && row.Id == id && row.RevokedAt == null && row.ExpiresAt > now)
            .Set(row => row.RevokedAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    public static async Task<(DiagnosticRow Diagnostic, DateTimeOffset ExpiresAt)?> FindSharedAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct)
    {
        var found = await (
            from link in db.ShareLinks
            join diagnostic in db.Diagnostics on link.DiagnosticId equals diagnostic.Id
            where link.Hash == hash && link.RevokedAt == null && link.ExpiresAt > now
            select new { diagnostic, link.ExpiresAt })
            .FirstOrDefaultAsync(ct);
        return found is null ? null : (found.diagnostic, found.ExpiresAt);
    }
}
