using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class AuditQueries
{
    // One statement takes the next number and holds the chain until the transaction ends, so that writers of one chain,
    // of this hub or another, come one after the other. It returns the new number beside the hash before it.
    private const string NextLink = """
        INSERT INTO audit_chains (workspace_id, sequence, hash, anchor_sequence, anchor_hash)
        VALUES (@workspace, 1, '', 0, '')
        ON CONFLICT (workspace_id) DO UPDATE SET sequence = audit_chains.sequence + 1
        RETURNING workspace_id, sequence, hash, anchor_sequence, anchor_hash
        """;

    /// <summary>Adds a line to its chain; in a transaction, and best as the last statement of it.</summary>
    public static async Task AppendAuditAsync(this HubDb db, AuditEventRow draft, CancellationToken ct)
    {
        var chain = (await db.QueryToListAsync<AuditChainRow>(
            NextLink, ct, new DataParameter("workspace", draft.WorkspaceId, DataType.Text)))[0];
        var line = draft with { Sequence = chain.Sequence };
        line = line with { Hash = AuditHash.Of(chain.Hash, line) };
        await db.InsertAsync(line, token: ct);
        await db.AuditChains
            .Where(row => row.WorkspaceId == line.WorkspaceId)
            .Set(row => row.Hash, line.Hash)
            .UpdateAsync(ct);
    }

    public static Task<AuditChainRow?> FindAuditChainAsync(this HubDb db, string workspaceId, CancellationToken ct) =>
        db.AuditChains.FirstOrDefaultAsync(row => row.WorkspaceId == workspaceId, ct);

    [NeedsNoIndex("all of them: a row per workspace, once an hour and for verify")]
    public static Task<List<AuditChainRow>> AllAuditChainsAsync(this HubDb db, CancellationToken ct) =>
        db.AuditChains.OrderBy(row => row.WorkspaceId).ToListAsync(ct);

    /// <summary>Every chain there is: those with a head, and lines that have lost theirs.</summary>
    [NeedsNoIndex("every line is read afterwards, to be verified")]
    public static async Task<List<string>> AuditChainIdsAsync(this HubDb db, CancellationToken ct)
    {
        var ids = await db.AuditChains.Select(row => row.WorkspaceId)
            .Union(db.AuditEvents.Select(row => row.WorkspaceId))
            .ToListAsync(ct);
        ids.Sort(string.CompareOrdinal);
        return ids;
    }

    /// <summary>Lines in the order of the chain, after a number.</summary>
    public static Task<List<AuditEventRow>> AuditLinesAsync(
        this HubDb db, string workspaceId, long after, int limit, CancellationToken ct) =>
        db.AuditEvents
            .Where(row => row.WorkspaceId == workspaceId && row.Sequence > after)
            .OrderBy(row => row.Sequence)
            .Take(limit)
            .ToListAsync(ct);

    /// <summary>Lines that a reader asked for, newest first, before a number.</summary>
    public static Task<List<AuditEventRow>> AuditPageAsync(
        this HubDb db, string workspaceId, AuditFilter filter, long before, int limit, CancellationToken ct) =>
        db.AuditEvents
            .Where(row => row.WorkspaceId == workspaceId && row.Sequence < before)
            .Matching(filter)
            .OrderByDescending(row => row.Sequence)
            .Take(limit)
            .ToListAsync(ct);

    /// <summary>The same in the order of the chain, for exports.</summary>
    public static Task<List<AuditEventRow>> AuditExportPageAsync(
        this HubDb db, string workspaceId, AuditFilter filter, long after, int limit, CancellationToken ct) =>
        db.AuditEvents
            .Where(row => row.WorkspaceId == workspaceId && row.Sequence > after)
            .Matching(filter)
            .OrderBy(row => row.Sequence)
            .Take(limit)
            .ToListAsync(ct);

    /// <summary>Removes the beginning of a chain, up to and with a line, which becomes its anchor.</summary>
    public static async Task CutAuditAsync(this HubDb db, AuditEventRow anchor, CancellationToken ct)
    {
        await db.AuditEvents
            .Where(row => row.WorkspaceId == anchor.WorkspaceId && row.Sequence <= anchor.Sequence)
            .DeleteAsync(ct);
        await db.AuditChains
            .Where(row => row.WorkspaceId == anchor.WorkspaceId)
            .Set(row => row.AnchorSequence, anchor.Sequence)
            .Set(row => row.AnchorHash, anchor.Hash)
            .UpdateAsync(ct);
    }

    private static IQueryable<AuditEventRow> Matching(this IQueryable<AuditEventRow> lines, AuditFilter filter)
    {
        // Times are text of one length that sorts as time does.
        if (filter.Since is { } since)
        {
            var from = Rows.UtcTextAttribute.Write(since);
            lines = lines.Where(row => row.At.CompareTo(from) >= 0);
        }

        if (filter.Until is { } until)
        {
            var to = Rows.UtcTextAttribute.Write(until);
            lines = lines.Where(row => row.At.CompareTo(to) < 0);
        }

        if (filter.Act is { } act) lines = lines.Where(row => row.Act == act);
        if (filter.Actor is { } actor) lines = lines.Where(row => row.Actor == actor);
        return lines;
    }
}
