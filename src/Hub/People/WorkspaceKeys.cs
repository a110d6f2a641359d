using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.People;

/// <summary>A key that was made, with the secret that is shown this once.</summary>
public sealed record MadeKey(ApiKeyRow Row, string Secret);

/// <summary>API keys as people and programs manage them: those of the workspace by admins, one's own by anybody.</summary>
public sealed class WorkspaceKeys(Database database, AuditLog audit)
{
    // A key for every machine of a large fleet is what enrolment is for.
    private const int MaximumKeys = 200;

    private static readonly PeopleRefusal NotAllowed =
        PeopleRefusal.NotAllowed("A key of the workspace is made by an admin or owner; make a personal one.");

    /// <summary>A key of this workspace was made or revoked.</summary>
    public event Action<string>? Changed;

    /// <summary>The longest life that is not "for ever"; also what the dashboard offers at most.</summary>
    public static TimeSpan MaximumLife { get; } = TimeSpan.FromDays(3650);

    /// <summary>Makes a key; never one that may do more, or lives longer, than the key that asks.</summary>
    public async Task<PeopleOutcome<MadeKey>> CreateAsync(
        Requester by, string? name, IReadOnlyList<string> scopes, DateTimeOffset? expires, bool personal,
        CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(scopes);
        var now = database.Time.GetUtcNow();
        if (Refusal(by, name, scopes, expires, personal, now) is { } refusal) return refusal;
        var (row, secret) = ApiKeys.New(database.Time, by.WorkspaceId, name!, scopes, expires, personal ? by.UserId : null);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (await db.RoleNowAsync(by, ct) is not { } mine || (!personal && mine < Role.Admin)) return NotAllowed;
        if (await db.UsableKeysAsync(by.WorkspaceId, now, ct) >= MaximumKeys)
            return new PeopleRefusal(PeopleFailure.TooMany, $"This workspace has {MaximumKeys} keys; revoke some.");
        await db.InsertApiKeyAsync(row, ct);
        await audit.WriteAsync(
            db, by.WorkspaceId, by.Actor, by.Address, "key.create", $"{row.Id} {row.Scopes}", "done", ct);
        await transaction.CommitAsync(ct);
        Changed?.Invoke(by.WorkspaceId);
        return new MadeKey(row, secret);
    }

    /// <summary>Keys that can be used or will say why not (expired): an admin sees all, others their own.</summary>
    public async Task<IReadOnlyList<ApiKeyRow>> PageAsync(
        Requester by, string after, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        await using var db = database.Connect();
        return await db.KeysPageAsync(by.WorkspaceId, SeenBy(by), after, limit, ct);
    }

    public async Task<ApiKeyRow?> FindAsync(Requester by, string id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (!Ids.IsOne(id)) return null;
        await using var db = database.Connect();
        return await db.KeyAsync(by.WorkspaceId, SeenBy(by), id, ct);
    }

    /// <summary>Ends a key and the unspent enrolment tokens that it made.</summary>
    public async Task<PeopleOutcome<ApiKeyRow>> RevokeAsync(Requester by, string id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (!Ids.IsOne(id)) return PeopleRefusal.NotFound;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (await db.KeyAsync(by.WorkspaceId, SeenBy(by), id, ct) is not { } row
            || !await db.RevokeKeyAsync(row.Id, database.Time.GetUtcNow(), ct)) return PeopleRefusal.NotFound;
        await db.DeleteTokensByAsync(by.WorkspaceId, ApiKeyIdentity.ActorOf(row.Id), ct);
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, "key.revoke", row.Id, "done", ct);
        await transaction.CommitAsync(ct);
        Changed?.Invoke(by.WorkspaceId);
        return row;
    }

    // An admin sees every key. A key of the workspace is an admin, so who is none is a person.
    private static string? SeenBy(Requester by) => by.Role >= Role.Admin ? null : by.UserId;

    private static PeopleRefusal? Refusal(
        Requester by, string? name, IReadOnlyList<string> scopes, DateTimeOffset? expires, bool personal,
        DateTimeOffset now)
    {
        if (personal && by.UserId is null)
            return PeopleRefusal.NotAllowed("A personal key is made by its person or with another key of theirs.");
        if (!personal && by.Role < Role.Admin) return NotAllowed;
        if (!AgentLabel.IsGood(name))
            return PeopleRefusal.BadValue(
                $"A key's name has 1 to {AgentLabel.MaximumLength} printable characters and no space at its ends.");
        if (scopes.Count == 0 || scopes.Any(scope => !Scopes.All.Contains(scope, StringComparer.Ordinal)))
            return PeopleRefusal.BadValue($"Scopes are one or more of {string.Join(", ", Scopes.All)}.");
        if (expires <= now || expires > now + MaximumLife)
            return PeopleRefusal.BadValue(
                $"A key expires in the future, at most {(int)MaximumLife.TotalDays} days from now, or never.");
        if (by.Key is not { } key) return null;
        if (scopes.FirstOrDefault(scope => !key.Has(scope)) is { } missing)
            return PeopleRefusal.NotAllowed($"A key gives no scope that it lacks itself: {missing}.");
        return key.ExpiresAt is { } end && (expires is null || expires > end)
            ? PeopleRefusal.NotAllowed("A key makes no key that outlives it.")
            : null;
    }
}
