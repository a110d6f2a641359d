using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class ApiKeyQueries
{
    /// <summary>The program a key belongs to, if the key may be used now.</summary>
    public static async Task<(ApiKeyIdentity Key, DateTimeOffset? LastUsed)?> FindApiKeyAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct)
    {
        var found = await (
            from key in db.ApiKeys
            join workspace in db.Workspaces on key.WorkspaceId equals workspace.Id
            from member in db.Members.LeftJoin(
                member => member.WorkspaceId == key.WorkspaceId && member.UserId == key.UserId)
            where key.Hash == hash && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now)
            select new
            {
                key.Id,
                key.WorkspaceId,
                Workspace = workspace.Name,
                key.Name,
                key.Scopes,
                key.UserId,
                key.ExpiresAt,
                key.LastUsedAt,
                Role = (Role?)member.Role,
            })
            .FirstOrDefaultAsync(ct);
        if (found is null) return null;
        // A personal key is as good as its person's membership now, and nothing without it.
        if ((found.UserId is null ? Role.Admin : found.Role) is not { } role) return null;
        var identity = new ApiKeyIdentity(
            found.Id, found.WorkspaceId, found.Workspace, found.Name, Scopes.Read(found.Scopes), role, found.UserId)
        {
            ExpiresAt = found.ExpiresAt,
        };
        return (identity, found.LastUsedAt);
    }

    public static Task<bool> HasApiKeysAsync(this HubDb db, string workspaceId, CancellationToken ct) =>
        db.ApiKeys.AnyAsync(key => key.WorkspaceId == workspaceId, ct);

    /// <summary>Gives a key that is already there its full rights back; false when it is not there.</summary>
    public static async Task<bool> RestoreApiKeyAsync(
        this HubDb db, string hash, string workspaceId, string scopes, CancellationToken ct) =>
        await db.ApiKeys
            .Where(key => key.Hash == hash)
            .Set(key => key.WorkspaceId, workspaceId)
            .Set(key => key.Scopes, scopes)
            .Set(key => key.ExpiresAt, (DateTimeOffset?)null)
            .Set(key => key.RevokedAt, (DateTimeOffset?)null)
            .UpdateAsync(ct) > 0;

    /// <summary>Keys after a given id, oldest first; of one person when a user is named.</summary>
    public static Task<List<ApiKeyRow>> KeysPageAsync(
        this HubDb db, string workspaceId, string? userId, string after, int limit, CancellationToken ct) =>
        db.ApiKeys
            .Where(key => key.WorkspaceId == workspaceId && key.RevokedAt == null && key.Id.CompareTo(after) > 0
                && (userId == null || key.UserId == userId))
            .OrderBy(key => key.Id)
            .Take(limit)
            .ToListAsync(ct);

    public static Task<ApiKeyRow?> KeyAsync(
        this HubDb db, string workspaceId, string? userId, string id, CancellationToken ct) =>
        db.ApiKeys.FirstOrDefaultAsync(
            key => key.Id == id && key.WorkspaceId == workspaceId && key.RevokedAt == null
                && (userId == null || key.UserId == userId),
            ct);

    public static Task<int> UsableKeysAsync(
        this HubDb db, string workspaceId, DateTimeOffset now, CancellationToken ct) =>
        db.ApiKeys.CountAsync(
            key => key.WorkspaceId == workspaceId && key.RevokedAt == null
                && (key.ExpiresAt == null || key.ExpiresAt > now),
            ct);

    /// <summary>True for exactly one caller.</summary>
    public static async Task<bool> RevokeKeyAsync(
        this HubDb db, string id, DateTimeOffset now, CancellationToken ct) =>
        await db.ApiKeys
            .Where(key => key.Id == id && key.RevokedAt == null)
            .Set(key => key.RevokedAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    /// <summary>A person's own keys: of one workspace, or all when none is named.</summary>
    public static Task RevokePersonalKeysAsync(
        this HubDb db, string userId, string? workspaceId, DateTimeOffset now, CancellationToken ct) =>
        db.ApiKeys
            .Where(key => key.UserId == userId && key.RevokedAt == null
                && (workspaceId == null || key.WorkspaceId == workspaceId))
            .Set(key => key.RevokedAt, (DateTimeOffset?)now)
            .UpdateAsync(ct);

    public static Task TouchKeyAsync(this HubDb db, string id, DateTimeOffset at, CancellationToken ct) =>
        db.ApiKeys.Where(key => key.Id == id).Set(key => key.LastUsedAt, (DateTimeOffset?)at).UpdateAsync(ct);

    public static Task InsertApiKeyAsync(this HubDb db, ApiKeyRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);
}
