using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>Reads the audit log of one workspace, for its admins.</summary>
public sealed class AuditTrail(Database database)
{
    /// <summary>Newest first, before a number.</summary>
    public async Task<IReadOnlyList<AuditEventRow>> PageAsync(
        string workspaceId, AuditFilter filter, long before, int limit, CancellationToken ct)
    {
        await using var db = database.Connect();
        return await db.AuditPageAsync(workspaceId, filter, before, limit, ct);
    }

    /// <summary>Follows the whole chain.</summary>
    public Task<AuditReport> VerifyAsync(string workspaceId, CancellationToken ct) =>
        AuditVerification.RunAsync(database, workspaceId, ct);

    /// <summary>Oldest first, as JSON Lines or CSV.</summary>
    public Task ExportAsync(string workspaceId, AuditFilter filter, bool isCsv, Stream to, CancellationToken ct) =>
        AuditExport.WriteAsync(database, [workspaceId], filter, isCsv ? AuditExport.Csv : AuditExport.JsonLines, to, ct);
}
