using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.Mapping;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class ApiKeyQueries
{
    // Asked before every call of the API, so it is written out: of the same query in LINQ the text was built anew each
    // time, a third of the processor time of a read. A personal key is as good as its person's membership now.
    private const string ByHash = """
        SELECT k.id, k.workspace_id, w.name AS workspace, k.name, k.scopes, k.user_id, k.expires_at, k.last_used_at, m.role
        FROM api_keys k
        JOIN workspaces w ON w.id = k.workspace_id
        LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.user_id
        WHERE k.hash = @hash AND k.revoked_at IS NULL
        """;

    /// <summary>The program a key belongs to, if the key may be used now.</summary>
    public static async Task<(ApiKeyIdentity Key, DateTimeOffset? LastUsed)?> FindApiKeyAsync(
        this HubDb db, string hash, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await db.QueryToListAsync<KeyInUse>(ByHash, ct, new DataParameter("hash", hash, DataType.Text));
        if (rows is not [var found] || found.ExpiresAt <= now) return null;
        // A personal key is nothing without its person's membership.
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

    private sealed record KeyInUse
    {
        [Column("id")]
        public required string Id { get; init; }

        [Column("workspace_id")]
        public required string WorkspaceId { get; init; }

        [Column("workspace")]
        public required string Workspace { get; init; }

        [Column("name")]
        public required string Name { get; init; }

        [Column("scopes")]
        public required string Scopes { get; init; }

        [Column("user_id")]
        public string? UserId { get; init; }

        [Column("expires_at"), UtcText]
        public DateTimeOffset? ExpiresAt { get; init; }

        [Column("last_used_at"), UtcText]
        public DateTimeOffset? LastUsedAt { get; init; }

        [Column("role")]
        public Role? Role { get; init; }
    }
}
