using System.Globalization;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>What a look at a chain found. Broken is null when every link holds; Line is the first that does not.</summary>
public sealed record AuditReport(
    string WorkspaceId, long First, long Last, string Head, string? Broken = null, long Line = 0);

/// <summary>
/// Follows a workspace's chain from its anchor to its head, in pages, beside writers. Finds any line that was changed,
/// removed, inserted or moved, and any head or anchor that does not fit. What it cannot find is a chain rewritten as a
/// whole, with its head: for that, compare the head with one that was noted elsewhere (<see cref="HashAtAsync"/>).
/// </summary>
internal static class AuditVerification
{
    /// <summary>The act of the line that retention writes; its object names the anchor, its outcome the anchor's hash.</summary>
    public const string RetentionAct = "audit.retention";

    private const int PageLines = 1_000;

    // Retention moves the anchor at most once an hour and a chain; a second time during one look is not to be expected.
    private const int MaximumTries = 5;

    public static async Task<AuditReport> RunAsync(Database database, string workspaceId, CancellationToken ct)
    {
        for (var turn = 1; ; turn++)
        {
            await using var db = database.Connect();
            var chain = await db.FindAuditChainAsync(workspaceId, ct);
            var report = await FollowAsync(db, workspaceId, chain ?? new AuditChainRow { WorkspaceId = workspaceId }, ct);
            // The beginning was removed while we read: what looks like missing lines may be none.
            if (report.Broken is null || turn == MaximumTries
                || (await db.FindAuditChainAsync(workspaceId, ct))?.AnchorSequence == chain?.AnchorSequence)
                return report;
        }
    }

    /// <summary>The hash of a line, or null when there is none of that number.</summary>
    public static async Task<string?> HashAtAsync(
        Database database, string workspaceId, long sequence, CancellationToken ct)
    {
        await using var db = database.Connect();
        var lines = await db.AuditLinesAsync(workspaceId, sequence - 1, 1, ct);
        return lines is [{ } line] && line.Sequence == sequence ? line.Hash : null;
    }

    /// <summary>The object of a retention line.</summary>
    public static string Removed(long sequence) => string.Create(CultureInfo.InvariantCulture, $"lines to {sequence}");

    private static async Task<AuditReport> FollowAsync(
        HubDb db, string workspaceId, AuditChainRow chain, CancellationToken ct)
    {
        var first = chain.AnchorSequence + 1;
        var next = first;
        var previous = chain.AnchorHash;
        AuditEventRow? retention = null;
        // From the very first number: a line before the anchor is one that somebody put back.
        long cursor = long.MinValue;
        while (true)
        {
            var page = await db.AuditLinesAsync(workspaceId, cursor, PageLines, ct);
            foreach (var line in page)
            {
                cursor = line.Sequence;
                if (line.Sequence < next) return Broken(line.Sequence, "is there, but retention removed it");
                if (line.Sequence > next) return Broken(next, "is missing");
                if (line.Sequence > chain.Sequence
                    && await db.FindAuditChainAsync(workspaceId, ct) is var now
                    && (now is null || now.Sequence < line.Sequence))
                    return Broken(line.Sequence, "stands behind the head of the chain");
                if (line.Hash != AuditHash.Of(previous, line))
                    return Broken(line.Sequence, "does not fit its hash: it, or the order of lines, was changed");
                previous = line.Hash;
                if (next == chain.Sequence && line.Hash != chain.Hash)
                    return Broken(next, "is not the line that the head of the chain names");
                if (line.Act == RetentionAct) retention = line;
                next++;
            }

            if (page.Count < PageLines) break;
        }

        if (next <= chain.Sequence) return Broken(next, "is missing at the end");
        if (chain.AnchorSequence != 0 || chain.AnchorHash.Length != 0 || retention is not null)
        {
            // The beginning is gone: only a line of retention, inside the chain, may say so.
            if (retention?.Object != Removed(chain.AnchorSequence) || retention.Outcome != chain.AnchorHash)
                return Broken(first, "should be the first after retention, but the chain's record of that differs");
        }

        return new AuditReport(workspaceId, first, next - 1, previous);

        AuditReport Broken(long line, string what) => new(workspaceId, first, next - 1, previous, what, line);
    }
}
