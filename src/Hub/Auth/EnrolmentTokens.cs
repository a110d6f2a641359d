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
    /// is one; an ephemeral one vanishes when it stays away.
    /// </summary>
    public async Task<string> CreateAsync(Requester by, TimeSpan life, bool ephemeral, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, MaximumLife);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var token = await InsertAsync(db, database.Time, by.WorkspaceId, life, by.UserId, ephemeral, ct);
        await audit.WriteAsync(
            db, by.WorkspaceId, by.Actor, by.Address, "enrolment-token.make", ephemeral ? "ephemeral" : "", AuditLog.Done, ct);
        await transaction.CommitAsync(ct);
        return token;
    }

    /// <summary>The same in a transaction of the caller's.</summary>
    internal static async Task<string> InsertAsync(
        HubDb db, TimeProvider time, string workspaceId, TimeSpan life, string? ownerUserId, bool ephemeral,
        CancellationToken ct)
    {
        var token = TokenSecret.Create(TokenSecret.EnrolmentPrefix, TokenSecret.KeyBytes);
        var now = time.GetUtcNow();
        await db.InsertEnrolmentTokenAsync(
            new EnrolmentTokenRow
            {
                Id = Ids.New(time),
                WorkspaceId = workspaceId,
                Hash = TokenSecret.Hash(token),
                CreatedAt = now,
                ExpiresAt = now + life,
                OwnerUserId = ownerUserId,
                Ephemeral = ephemeral,
            },
            ct);
        return token;
    }

    internal static bool IsToken(string? text) =>
        TokenSecret.HasShape(text, TokenSecret.EnrolmentPrefix, TokenSecret.KeyBytes);
}
