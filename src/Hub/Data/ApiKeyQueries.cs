using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class ApiKeyQueries
{
    /// <summary>The program a key belongs to, if the key may be used now.</summary>
    public static async Task<ApiKeyIdentity?> FindApiKeyAsync(
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
                Role = (Role?)member.Role,
            })
            .FirstOrDefaultAsync(ct);
        if (found is null) return null;
        // A personal key is as good as its person's membership now, and nothing without it.
        if ((found.UserId is null ? Role.Admin : found.Role) is not { } role) return null;
        return new ApiKeyIdentity(
            found.Id, found.WorkspaceId, found.Workspace, found.Name, Scopes.Read(found.Scopes), role, found.UserId);
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

    public static Task InsertApiKeyAsync(this HubDb db, ApiKeyRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);
}
