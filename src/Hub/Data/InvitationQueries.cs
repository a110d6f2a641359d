using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class InvitationQueries
{
    /// <summary>An invitation that can be accepted, and the workspace it is for.</summary>
    public static async Task<(InvitationRow Invitation, string Workspace)?> FindInvitationAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct)
    {
        var found = await (
            from invitation in db.Invitations
            join workspace in db.Workspaces on invitation.WorkspaceId equals workspace.Id
            where invitation.Hash == hash && invitation.SpentAt == null && invitation.ExpiresAt > now
            select new { invitation, workspace.Name })
            .FirstOrDefaultAsync(ct);
        return found is null ? null : (found.invitation, found.Name);
    }

    public static Task<List<InvitationRow>> InvitationsPageAsync(
        this HubDb db, string workspaceId, string after, int limit, DateTimeOffset now, CancellationToken ct) =>
        db.Invitations
            .Where(row => row.WorkspaceId == workspaceId && row.Id.CompareTo(after) > 0
                && row.SpentAt == null && row.ExpiresAt > now)
            .OrderBy(row => row.Id)
            .Take(limit)
            .ToListAsync(ct);

    public static Task<InvitationRow?> OpenInvitationAsync(
        this HubDb db, string workspaceId, string id, DateTimeOffset now, CancellationToken ct) =>
        db.Invitations.FirstOrDefaultAsync(
            row => row.Id == id && row.WorkspaceId == workspaceId && row.SpentAt == null && row.ExpiresAt > now, ct);

    public static Task<int> OpenInvitationsAsync(
        this HubDb db, string workspaceId, DateTimeOffset now, CancellationToken ct) =>
        db.Invitations.CountAsync(
            row => row.WorkspaceId == workspaceId && row.SpentAt == null && row.ExpiresAt > now, ct);

    public static Task InsertInvitationAsync(this HubDb db, InvitationRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>True for exactly one caller: the row changes only while it is unspent.</summary>
    public static async Task<bool> SpendInvitationAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct) =>
        await db.Invitations
            .Where(row => row.Hash == hash && row.SpentAt == null && row.ExpiresAt > now)
            .Set(row => row.SpentAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    public static async Task<bool> DeleteInvitationAsync(
        this HubDb db, string workspaceId, string id, CancellationToken ct) =>
        await db.Invitations
            .Where(row => row.Id == id && row.WorkspaceId == workspaceId && row.SpentAt == null)
            .DeleteAsync(ct) == 1;

    /// <summary>The open invitation of a person makes room for a newer one.</summary>
    public static Task DeleteOpenInvitationAsync(
        this HubDb db, string workspaceId, string email, CancellationToken ct) =>
        db.Invitations
            .Where(row => row.WorkspaceId == workspaceId && row.Email == email && row.SpentAt == null)
            .DeleteAsync(ct);

    public static Task DeleteInvitationsByAsync(
        this HubDb db, string workspaceId, string inviter, CancellationToken ct) =>
        db.Invitations
            .Where(row => row.WorkspaceId == workspaceId && row.InvitedBy == inviter && row.SpentAt == null)
            .DeleteAsync(ct);
}
