using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Removes the old beginning of each chain: checks it first, then in one transaction writes a line that names the last
/// removed one with its hash (the anchor), moves the anchor and deletes. What does not check out is never removed.
/// </summary>
internal sealed class AuditRetention(Database database, AuditLog audit, ILogger log)
{
    /// <summary>Lines of one transaction: short enough that a writer does not notice.</summary>
    internal const int BatchLines = 1_000;

    // Lines that are over wait this much longer, so that a quiet chain does not get a line of retention every hour.
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    public async Task<long> RunAsync(TimeSpan kept, CancellationToken ct)
    {
        var due = UtcTextAttribute.Write(database.Time.GetUtcNow() - kept - Slack);
        var over = UtcTextAttribute.Write(database.Time.GetUtcNow() - kept);
        await using var db = database.Connect();
        long removed = 0;
        foreach (var workspaceId in await db.AuditChainIdsAsync(ct))
        {
            if (!await IsDueAsync(db, workspaceId, due, ct)) continue;
            var report = await AuditVerification.RunAsync(database, workspaceId, ct);
            if (report.Broken is { } what)
            {
                ControlLog.AuditBroken(log, workspaceId, report.Line, what);
                continue;
            }

            while (await CutAsync(db, workspaceId, over, ct) is > 0 and var cut) removed += cut;
        }

        return removed;
    }

    private static async Task<bool> IsDueAsync(HubDb db, string workspaceId, string due, CancellationToken ct) =>
        await db.AuditLinesAsync(workspaceId, 0, 1, ct) is [var oldest] && IsBefore(oldest, due);

    /// <summary>One batch. Stops at the first line that is young enough, whatever stands behind it.</summary>
    private async Task<long> CutAsync(HubDb db, string workspaceId, string over, CancellationToken ct)
    {
        var batch = await db.AuditLinesAsync(workspaceId, 0, BatchLines, ct);
        var old = batch.TakeWhile(line => IsBefore(line, over)).ToList();
        if (old.Count == 0) return 0;
        var anchor = old[^1];
        await using var transaction = await db.BeginTransactionAsync(ct);
        await audit.WriteAsync(
            db, workspaceId, "hub", "", AuditVerification.RetentionAct, AuditVerification.Removed(anchor.Sequence),
            anchor.Hash, ct);
        // The line above holds the chain; another hub may have removed this batch before that.
        if ((await db.FindAuditChainAsync(workspaceId, ct))?.AnchorSequence != old[0].Sequence - 1) return 0;
        await db.CutAuditAsync(anchor, ct);
        await transaction.CommitAsync(ct);
        return old.Count;
    }

    private static bool IsBefore(AuditEventRow line, string time) => string.CompareOrdinal(line.At, time) < 0;
}
