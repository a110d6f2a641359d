using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Data;

internal static class MemberQueries
{
    public static Task<List<MemberEntry>> MembersPageAsync(
        this HubDb db, string workspaceId, string after, int limit, CancellationToken ct) => (
        from member in db.Members
        join user in db.Users on member.UserId equals user.Id
        where member.WorkspaceId == workspaceId && member.UserId.CompareTo(after) > 0
        orderby member.UserId
        select new MemberEntry(user.Id, user.Email, member.Role, member.CreatedAt))
        .Take(limit)
        .ToListAsync(ct);

    public static async Task<MemberEntry?> FindMemberEntryAsync(
        this HubDb db, string workspaceId, string userId, CancellationToken ct) => await (
        from member in db.Members
        join user in db.Users on member.UserId equals user.Id
        where member.WorkspaceId == workspaceId && member.UserId == userId
        select new MemberEntry(user.Id, user.Email, member.Role, member.CreatedAt))
        .FirstOrDefaultAsync(ct);

    public static async Task<bool> HasMemberAsync(
        this HubDb db, string workspaceId, string email, CancellationToken ct) => await (
        from user in db.Users
        join member in db.Members on user.Id equals member.UserId
        where user.Email == email && member.WorkspaceId == workspaceId
        select user.Id)
        .CountAsync(ct) > 0;

    public static Task<int> OwnersAsync(this HubDb db, string workspaceId, CancellationToken ct) =>
        db.Members.CountAsync(member => member.WorkspaceId == workspaceId && member.Role == Role.Owner, ct);

    public static Task InsertMemberAsync(this HubDb db, MemberRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    public static Task SetRoleAsync(
        this HubDb db, string workspaceId, string userId, Role role, CancellationToken ct) =>
        db.Members
            .Where(member => member.WorkspaceId == workspaceId && member.UserId == userId)
            .Set(member => member.Role, role)
            .UpdateAsync(ct);

    public static Task DeleteMemberAsync(this HubDb db, string workspaceId, string userId, CancellationToken ct) =>
        db.Members
            .Where(member => member.WorkspaceId == workspaceId && member.UserId == userId)
            .DeleteAsync(ct);
}
