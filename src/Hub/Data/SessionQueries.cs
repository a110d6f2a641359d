using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class SessionQueries
{
    public static Task InsertSessionAsync(this HubDb db, AuthSessionRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    public static async Task<(SessionIdentity Who, DateTimeOffset LastSeen)?> FindSessionAsync(
        this HubDb db, string hash, DateTimeOffset now, DateTimeOffset idleSince, CancellationToken ct)
    {
        var found = await (
            from session in db.AuthSessions
            join user in db.Users on session.UserId equals user.Id
            join workspace in db.Workspaces on session.WorkspaceId equals workspace.Id
            join member in db.Members
                on new { session.WorkspaceId, session.UserId } equals new { member.WorkspaceId, member.UserId }
            where session.Hash == hash && session.ExpiresAt > now && session.LastSeenAt > idleSince
            select new
            {
                SessionId = session.Id,
                UserId = user.Id,
                user.Email,
                WorkspaceId = workspace.Id,
                workspace.Name,
                member.Role,
                session.LastSeenAt,
            })
            .FirstOrDefaultAsync(ct);
        return found is null
            ? null
            : (new SessionIdentity(
                found.SessionId, found.UserId, found.Email, found.WorkspaceId, found.Name, found.Role),
                found.LastSeenAt);
    }

    [NeedsNoIndex("the first row answers")]
    public static Task<string?> AnySessionHashAsync(this HubDb db, CancellationToken ct) =>
        db.AuthSessions.Select(session => (string?)session.Hash).FirstOrDefaultAsync(ct);

    public static Task TouchSessionAsync(this HubDb db, string hash, DateTimeOffset now, CancellationToken ct) =>
        db.AuthSessions.Where(session => session.Hash == hash).Set(session => session.LastSeenAt, now).UpdateAsync(ct);

    /// <summary>A person's live sessions, newest first; their number is bounded by how long one lives.</summary>
    public static Task<List<AuthSessionRow>> SessionsOfAsync(
        this HubDb db, string userId, DateTimeOffset now, DateTimeOffset idleSince, int limit, CancellationToken ct) =>
        db.AuthSessions
            .Where(session => session.UserId == userId && session.ExpiresAt > now && session.LastSeenAt > idleSince)
            .OrderByDescending(session => session.Id)
            .Take(limit)
            .ToListAsync(ct);

    public static async Task<bool> DeleteSessionOfAsync(
        this HubDb db, string userId, string id, CancellationToken ct) =>
        await db.AuthSessions.Where(session => session.UserId == userId && session.Id == id).DeleteAsync(ct) == 1;

    public static Task<int> DeleteSessionsOfAsync(this HubDb db, string userId, CancellationToken ct) =>
        db.AuthSessions.Where(session => session.UserId == userId).DeleteAsync(ct);

    /// <summary>What a membership opened ends with it.</summary>
    public static Task DeleteSessionsInAsync(
        this HubDb db, string workspaceId, string userId, CancellationToken ct) =>
        db.AuthSessions
            .Where(session => session.WorkspaceId == workspaceId && session.UserId == userId)
            .DeleteAsync(ct);

    /// <summary>Only where the person is a member; false elsewhere.</summary>
    public static async Task<bool> SwitchSessionAsync(
        this HubDb db, string userId, string id, string workspaceId, CancellationToken ct) =>
        await db.AuthSessions
            .Where(session => session.UserId == userId && session.Id == id
                && db.Members.Any(member => member.WorkspaceId == workspaceId && member.UserId == userId))
            .Set(session => session.WorkspaceId, workspaceId)
            .UpdateAsync(ct) == 1;
}
