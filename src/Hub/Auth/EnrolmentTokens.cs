using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// One-time secrets that enrol one agent each: pe_ and 48 hexadecimal digits. Spent by AgentDirectory.EnrolAsync.
/// </summary>
public sealed class EnrolmentTokens(Database database, AuditLog audit)
{
    /// <summary>A token is for a machine that is being set up; longer is what API keys are for.</summary>
    public static TimeSpan MaximumLife { get; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Makes a token and returns it; this is the only time it can be read. Its agent belongs to the person who asks, if it
    /// is one; an ephemeral one vanishes when it stays away. Null: who asks was removed, or the key revoked, meanwhile.
    /// </summary>
    public async Task<string?> CreateAsync(Requester by, TimeSpan life, bool ephemeral, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, MaximumLife);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        // In turn with removals and revocations, which delete what is there by then.
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (await db.RoleNowAsync(by, ct) is not { } role || role < Role.Member
            || (by.Key is { } key && await db.KeyAsync(by.WorkspaceId, null, key.KeyId, ct) is null)) return null;
        var expires = EndOf(by, database.Time.GetUtcNow(), life);
        var token = await InsertAsync(db, database.Time, by.WorkspaceId, expires, by.UserId, by.Actor, ephemeral, ct);
        await audit.WriteAsync(
            db, by.WorkspaceId, by.Actor, by.Address, "enrolment-token.make", ephemeral ? "ephemeral" : "", AuditLog.Done, ct);
        await transaction.CommitAsync(ct);
        return token;
    }

    /// <summary>
    /// When a token ends that is made now: with the key that makes it at the latest. What a key left behind lets nobody in
    /// once the key is over, by its end as by being revoked.
    /// </summary>
    internal static DateTimeOffset EndOf(Requester by, DateTimeOffset now, TimeSpan life) =>
        by.Key?.ExpiresAt is { } end && end < now + life ? end : now + life;

    /// <summary>The same as <see cref="CreateAsync"/> in a transaction of the caller's.</summary>
    internal static async Task<string> InsertAsync(
        HubDb db, TimeProvider time, string workspaceId, DateTimeOffset expires, string? ownerUserId, string madeBy,
        bool ephemeral, CancellationToken ct)
    {
        var token = TokenSecret.Create(TokenSecret.EnrolmentPrefix, TokenSecret.KeyBytes);
        await db.InsertEnrolmentTokenAsync(
            new EnrolmentTokenRow
            {
                Id = Ids.New(time),
                WorkspaceId = workspaceId,
                Hash = TokenSecret.Hash(token),
                CreatedAt = time.GetUtcNow(),
                ExpiresAt = expires,
                OwnerUserId = ownerUserId,
                Ephemeral = ephemeral,
                MadeBy = madeBy,
            },
            ct);
        return token;
    }

    internal static bool IsToken(string? text) =>
        TokenSecret.HasShape(text, TokenSecret.EnrolmentPrefix, TokenSecret.KeyBytes);
}
