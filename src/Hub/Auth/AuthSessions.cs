using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Auth;

/// <summary>Logged-in browsers. The cookie holds the secret, the database its hash.</summary>
public sealed class AuthSessions(Database database, AuditLog audit)
{
    // How exact "idle" is: a page view writes at most this often.
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);
    // Enough to tell one's browsers apart in a list; what is longer is cut.
    private const int MaximumUserAgent = 200;
    // A session lives a week: more than these in that time is a program, whose newest are shown.
    private const int MaximumShown = 200;
    // Used links stay a day so that the audit log's story can be followed.
    private static readonly TimeSpan LinksKept = TimeSpan.FromDays(1);

    /// <summary>A session ends when it is not used for this long.</summary>
    public static TimeSpan IdleLife { get; } = TimeSpan.FromHours(12);

    /// <summary>A session ends this long after the log-in, used or not; also the cookie's age.</summary>
    public static TimeSpan AbsoluteLife { get; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Logs a person in and returns the cookie's value: always a new one, never a given one. Without a workspace the
    /// session shows the one where the person was first a member.
    /// </summary>
    public async Task<string> CreateAsync(
        string userId, string address, string userAgent, CancellationToken ct, string? workspaceId = null)
    {
        var now = database.Time.GetUtcNow();
        var cookie = TokenSecret.Create(TokenSecret.SessionPrefix, TokenSecret.LongBytes);
        await using var db = database.Connect();
        workspaceId ??= (await db.FirstMembershipAsync(userId, ct))?.WorkspaceId
            ?? throw new InvalidOperationException("A session was asked for a person without a workspace.");
        await db.DeleteExpiredLoginsAsync(now, now - LinksKept, ct);
        await db.InsertSessionAsync(
            new AuthSessionRow
            {
                Hash = TokenSecret.Hash(cookie),
                Id = Ids.New(database.Time),
                UserId = userId,
                WorkspaceId = workspaceId,
                Address = address,
                UserAgent = userAgent.Length <= MaximumUserAgent ? userAgent : userAgent[..MaximumUserAgent],
                CreatedAt = now,
                LastSeenAt = now,
                ExpiresAt = now + AbsoluteLife,
            },
            ct);
        return cookie;
    }

    /// <summary>Who the cookie belongs to, or null when it is unknown or over.</summary>
    public async Task<SessionIdentity?> FindAsync(string cookie, CancellationToken ct)
    {
        if (!IsSession(cookie)) return null;
        var now = database.Time.GetUtcNow();
        var hash = TokenSecret.Hash(cookie);
        await using var db = database.Connect();
        if (await db.FindSessionAsync(hash, now, now - IdleLife, ct) is not var (who, lastSeen)) return null;
        if (now - lastSeen >= TouchEvery) await db.TouchSessionAsync(hash, now, ct);
        return who;
    }

    /// <summary>Finds somebody's session and forgets it: the first person's page need not wait until the look-up is compiled.</summary>
    public async Task WarmUpAsync(CancellationToken ct)
    {
        await using var db = database.Connect();
        if (await db.AnySessionHashAsync(ct) is { } hash)
            await db.FindSessionAsync(hash, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, ct);
    }

    /// <summary>
    /// Whether the cookie still means this person, in this workspace and role. Looking does not prolong the session. A
    /// database that is away changes no right.
    /// </summary>
    public async Task<bool> StillMeansAsync(string cookie, SessionIdentity who, CancellationToken ct)
    {
        try
        {
            var now = database.Time.GetUtcNow();
            await using var db = database.Connect();
            return await db.FindSessionAsync(TokenSecret.Hash(cookie), now, now - IdleLife, ct) is var (found, _) && found == who;
        }
        catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
        {
            return true;
        }
    }

    /// <summary>Logs out.</summary>
    public async Task EndAsync(string cookie, string address, CancellationToken ct)
    {
        if (!IsSession(cookie)) return;
        var now = database.Time.GetUtcNow();
        var hash = TokenSecret.Hash(cookie);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        // What is over already ends no more; of two that log out at once one is told of.
        if (await db.FindSessionAsync(hash, now, now - IdleLife, ct) is not var (who, _)
            || !await db.DeleteSessionOfAsync(who.UserId, who.SessionId, ct)) return;
        await audit.WriteAsync(
            db, who.WorkspaceId, who.Actor, address, "session.end", who.SessionId, AuditLog.Done, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>A person's live sessions, newest first.</summary>
    public async Task<IReadOnlyList<AuthSessionRow>> OfAsync(string userId, CancellationToken ct)
    {
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        return await db.SessionsOfAsync(userId, now, now - IdleLife, MaximumShown, ct);
    }

    /// <summary>Ends one session of a person; false when there is none of that id.</summary>
    public async Task<bool> EndAsync(Requester by, string id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (by.UserId is not { } user || !Ids.IsOne(id)) return false;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.DeleteSessionOfAsync(user, id, ct)) return false;
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, "session.end", id, "done", ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Logs a person out everywhere; the session that asks ends too.</summary>
    public async Task EndAllAsync(Requester by, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (by.UserId is not { } user) return;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var ended = await db.DeleteSessionsOfAsync(user, ct);
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, "session.end-all", user,
            $"{ended} ended", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Shows another workspace in a session; false where the person is no member.</summary>
    public async Task<bool> SwitchAsync(SessionIdentity who, string workspaceId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (!Ids.IsOne(workspaceId)) return false;
        await using var db = database.Connect();
        return await db.SwitchSessionAsync(who.UserId, who.SessionId, workspaceId, ct);
    }

    /// <summary>Has a cookie's shape and is nobody's: looking for it takes the whole way.</summary>
    public static string Nobodys { get; } = TokenSecret.SessionPrefix + new string('0', 2 * TokenSecret.LongBytes);

    private static bool IsSession(string? cookie) =>
        TokenSecret.HasShape(cookie, TokenSecret.SessionPrefix, TokenSecret.LongBytes);
}
