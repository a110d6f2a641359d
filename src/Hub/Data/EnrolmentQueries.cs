using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class EnrolmentQueries
{
    public static Task InsertEnrolmentTokenAsync(this HubDb db, EnrolmentTokenRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>A token that may be spent now, and the name of its workspace.</summary>
    public static async Task<(EnrolmentTokenRow Token, string Workspace)?> FindTokenAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct)
    {
        var found = await (
            from token in db.EnrolmentTokens
            join workspace in db.Workspaces on token.WorkspaceId equals workspace.Id
            where token.Hash == hash && token.SpentAt == null && token.ExpiresAt > now
            select new { token, workspace.Name })
            .FirstOrDefaultAsync(ct);
        return found is null ? null : (found.token, found.Name);
    }

    /// <summary>True for exactly one caller: the row changes only while it is unspent.</summary>
    public static async Task<bool> SpendTokenAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct) =>
        await db.EnrolmentTokens
            .Where(token => token.Hash == hash && token.SpentAt == null && token.ExpiresAt > now)
            .Set(token => token.SpentAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    public static Task NameTokenAgentAsync(this HubDb db, string hash, string agentId, CancellationToken ct) =>
        db.EnrolmentTokens.Where(token => token.Hash == hash).Set(token => token.AgentId, agentId).UpdateAsync(ct);

    /// <summary>
    /// Ends what would still let a machine in as this person's: in one workspace, or all when none is named. Codes before
    /// tokens: a poll at the same time makes a token of a code, never a code of a token. Spent tokens stay as records.
    /// </summary>
    public static async Task CloseWaysInAsync(this HubDb db, string userId, string? workspaceId, CancellationToken ct)
    {
        await db.DenyDevicesOfAsync(userId, workspaceId, ct);
        await db.EnrolmentTokens
            .Where(token => token.OwnerUserId == userId && token.SpentAt == null
                && (workspaceId == null || token.WorkspaceId == workspaceId))
            .DeleteAsync(ct);
    }

    /// <summary>Tokens that this actor made; spent ones stay as records.</summary>
    public static Task DeleteTokensByAsync(this HubDb db, string workspaceId, string actor, CancellationToken ct) =>
        db.EnrolmentTokens
            .Where(token => token.WorkspaceId == workspaceId && token.MadeBy == actor && token.SpentAt == null)
            .DeleteAsync(ct);

    public static Task DeleteExpiredTokensAsync(this HubDb db, DateTimeOffset before, CancellationToken ct) =>
        db.EnrolmentTokens.Where(token => token.ExpiresAt < before).DeleteAsync(ct);
}
