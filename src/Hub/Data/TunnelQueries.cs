using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class TunnelQueries
{
    /// <summary>What flowed, newest first, before an id; of one service when it is named. Until is exclusive.</summary>
    public static Task<List<TunnelRow>> TunnelsPageAsync(
        this HubDb db, string workspaceId, string? service, DateTimeOffset? since, DateTimeOffset? until,
        string before, int limit, CancellationToken ct)
    {
        var rows = db.Tunnels.Where(row => row.WorkspaceId == workspaceId && row.Id.CompareTo(before) < 0);
        if (service is not null) rows = rows.Where(row => row.Service == service);
        if (since is { } from) rows = rows.Where(row => row.Minute >= from);
        if (until is { } to) rows = rows.Where(row => row.Minute < to);
        return rows.OrderByDescending(row => row.Id).Take(limit).ToListAsync(ct);
    }
}
