using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class LoginQueries
{
    public const string SetupKind = "setup";
    public const string LoginKind = "login";

    public static Task<bool> HasUsersAsync(this HubDb db, CancellationToken ct) => db.Users.AnyAsync(ct);

    public static Task<UserRow?> FindUserByEmailAsync(this HubDb db, string email, CancellationToken ct) =>
        db.Users.FirstOrDefaultAsync(user => user.Email == email, ct);

    public static Task<UserRow> FindUserAsync(this HubDb db, string id, CancellationToken ct) =>
        db.Users.FirstAsync(user => user.Id == id, ct);

    public static Task<LoginLinkRow?> FindLinkAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct) =>
        db.LoginLinks.FirstOrDefaultAsync(
            link => link.Hash == hash && link.SpentAt == null && (link.ExpiresAt == null || link.ExpiresAt > now), ct);

    /// <summary>
    /// Makes others who make links for the user wait until the transaction ends, so that each sees the other's link:
    /// a write that changes nothing locks the row on PostgreSQL (SQLite's transaction has the whole file).
    /// </summary>
    public static Task LockUserAsync(this HubDb db, string id, CancellationToken ct) =>
        db.Users.Where(user => user.Id == id).Set(user => user.Email, user => user.Email).UpdateAsync(ct);

    /// <summary>The same for set-up links, which have no user yet.</summary>
    public static Task LockDefaultWorkspaceAsync(this HubDb db, CancellationToken ct) =>
        db.Workspaces
            .Where(workspace => workspace.Slug == WorkspaceQueries.Default)
            .Set(workspace => workspace.Slug, workspace => workspace.Slug)
            .UpdateAsync(ct);

    public static Task InsertLinkAsync(this HubDb db, LoginLinkRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>Kills the open links of a user, or the open set-up link when the user is null.</summary>
    public static Task KillLinksAsync(this HubDb db, string? userId, DateTimeOffset now, CancellationToken ct) =>
        db.LoginLinks
            .Where(link => link.UserId == userId && link.SpentAt == null)
            .Set(link => link.SpentAt, (DateTimeOffset?)now)
            .UpdateAsync(ct);

    /// <summary>True for exactly one caller: the row changes only while it is unspent.</summary>
    public static async Task<bool> SpendLinkAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct) =>
        await db.LoginLinks
            .Where(link => link.Hash == hash && link.SpentAt == null
                && (link.ExpiresAt == null || link.ExpiresAt > now))
            .Set(link => link.SpentAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    public static Task InsertUserAsync(this HubDb db, UserRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>True for the first proof of a person's address.</summary>
    public static async Task<bool> VerifyUserAsync(
        this HubDb db, string userId, DateTimeOffset now, CancellationToken ct) =>
        await db.Users
            .Where(user => user.Id == userId && user.VerifiedAt == null)
            .Set(user => user.VerifiedAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    public static Task<UserRow?> FindUserByIdentityAsync(
        this HubDb db, string issuer, string subject, CancellationToken ct) => (
        from identity in db.UserIdentities
        join user in db.Users on identity.UserId equals user.Id
        where identity.Issuer == issuer && identity.Subject == subject
        select user)
        .FirstOrDefaultAsync(ct);

    public static Task InsertIdentityAsync(this HubDb db, UserIdentityRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>The workspace that a person sees first: where they were first a member.</summary>
    public static Task<MemberRow?> FirstMembershipAsync(this HubDb db, string userId, CancellationToken ct) =>
        db.Members
            .Where(member => member.UserId == userId)
            .OrderBy(member => member.CreatedAt).ThenBy(member => member.WorkspaceId)
            .FirstOrDefaultAsync(ct);

    /// <summary>Nothing that is over is kept: sessions at their end, links and invitations a day after theirs.</summary>
    public static async Task DeleteExpiredLoginsAsync(
        this HubDb db, DateTimeOffset now, DateTimeOffset linksBefore, CancellationToken ct)
    {
        await db.AuthSessions.Where(session => session.ExpiresAt < now).DeleteAsync(ct);
        await db.LoginLinks
            .Where(link => link.ExpiresAt < linksBefore || link.SpentAt < linksBefore)
            .DeleteAsync(ct);
        await db.Invitations.Where(invitation => invitation.ExpiresAt < linksBefore).DeleteAsync(ct);
    }
}
