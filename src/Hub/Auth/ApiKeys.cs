using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>Keys of programs: pc_ and 48 hexadecimal digits, shown once, kept as SHA-256.</summary>
public sealed class ApiKeys : IAsyncDisposable
{
    // Enough to recognise a key in a list, far too little to help guessing it (16 of 192 bits).
    private const int ShownDigits = 4;
    // One id for the key made at random on an empty hub: of two hubs that start at once only one can insert it.
    private const string FirstKeyId = "00000000-0000-7000-8000-000000000001";
    private const string BootstrapName = "bootstrap";

    // How exact "last used" is: a busy key writes at most this often.
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(5);

    private readonly Database _database;
    private readonly Touches _touches;

    public ApiKeys(Database database, ILogger<ApiKeys> log)
    {
        _database = database;
        _touches = new Touches(database, static (db, id, _, at, ct) => db.TouchKeyAsync(id, at, ct), log);
    }

    /// <summary>Who the key belongs to, or null when it is unknown, expired or revoked.</summary>
    public async Task<ApiKeyIdentity?> VerifyAsync(string presented, CancellationToken ct)
    {
        if (!IsKey(presented)) return null;
        var now = _database.Time.GetUtcNow();
        await using var db = _database.Connect();
        if (await db.FindApiKeyAsync(TokenSecret.Hash(presented), now, ct) is not var (key, lastUsed)) return null;
        if (lastUsed is null || now - lastUsed >= TouchEvery) _touches.Add(key.KeyId, "");
        return key;
    }

    /// <summary>Makes a key and returns it; this is the only time it can be read.</summary>
    public async Task<string> CreateAsync(
        string workspaceId, string name, IEnumerable<string> scopes, DateTimeOffset? expires, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        var (row, key) = New(_database.Time, workspaceId, name, scopes, expires, null);
        await using var db = _database.Connect();
        await db.InsertApiKeyAsync(row, ct);
        return key;
    }

    /// <summary>
    /// A configured key is there with its scopes after this, and no other key changes. Without one an empty hub
    /// makes its first key, which is returned to be shown once; null when there is nothing to show.
    /// </summary>
    /// <exception cref="BootstrapKeyException">The configured key has another shape.</exception>
    public async Task<string?> EnsureBootstrapAsync(string? configuredKey, CancellationToken ct)
    {
        configuredKey = string.IsNullOrWhiteSpace(configuredKey) ? null : configuredKey.Trim();
        if (configuredKey is not null && !IsKey(configuredKey)) throw new BootstrapKeyException();
        await using var db = _database.Connect();
        var workspace = await db.EnsureDefaultWorkspaceAsync(_database.Time, ct);
        var scopes = Scopes.Write(Scopes.Bootstrap);
        if (configuredKey is null && await db.HasApiKeysAsync(workspace.Id, ct)) return null;
        if (configuredKey is not null
            && await db.RestoreApiKeyAsync(TokenSecret.Hash(configuredKey), workspace.Id, scopes, ct)) return null;

        var key = configuredKey ?? TokenSecret.Create(TokenSecret.ApiKeyPrefix, TokenSecret.KeyBytes);
        var id = configuredKey is null ? FirstKeyId : Ids.New(_database.Time);
        try
        {
            await db.InsertApiKeyAsync(Row(_database.Time, id, workspace.Id, BootstrapName, key, scopes, null), ct);
            return configuredKey is null ? key : null;
        }
        catch (Exception other) when (DatabaseFailure.IsDuplicate(other))
        {
            // Another hub that started at the same moment made it, and shows it if it is to be shown.
            return null;
        }
    }

    public ValueTask DisposeAsync() => _touches.DisposeAsync();

    /// <summary>A new key and its row, which is not in the database yet.</summary>
    internal static (ApiKeyRow Row, string Key) New(
        TimeProvider time, string workspaceId, string name, IEnumerable<string> scopes, DateTimeOffset? expires,
        string? userId)
    {
        var key = TokenSecret.Create(TokenSecret.ApiKeyPrefix, TokenSecret.KeyBytes);
        var row = Row(time, Ids.New(time), workspaceId, name, key, Scopes.Write(scopes), expires);
        return (row with { UserId = userId }, key);
    }

    internal static bool IsKey(string? text) =>
        TokenSecret.HasShape(text, TokenSecret.ApiKeyPrefix, TokenSecret.KeyBytes);

    private static ApiKeyRow Row(
        TimeProvider time, string id, string workspaceId, string name, string key, string scopes,
        DateTimeOffset? expires) =>
        new()
        {
            Id = id,
            WorkspaceId = workspaceId,
            Name = name,
            Hash = TokenSecret.Hash(key),
            Prefix = key[..(TokenSecret.ApiKeyPrefix.Length + ShownDigits)],
            Scopes = scopes,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = expires,
        };
}
