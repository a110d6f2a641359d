using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>Logged-in browsers. The cookie holds the secret, the database its hash.</summary>
public sealed class AuthSessions(Database database)
{
    // How exact "idle" is: a page view writes at most this often.
    private static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);
    // Enough to tell one's browsers apart in a list; what is longer is cut.
    private const int MaximumUserAgent = 200;
    // Used links stay a day so that the audit log's story can be followed.
    private static readonly TimeSpan LinksKept = TimeSpan.FromDays(1);

    /// <summary>A session ends when it is not used for this long.</summary>
    public static TimeSpan IdleLife { get; } = TimeSpan.FromHours(12);

    /// <summary>A session ends this long after the log-in, used or not; also the cookie's age.</summary>
    public static TimeSpan AbsoluteLife { get; } = TimeSpan.FromDays(7);

    /// <summary>Logs a person in and returns the cookie's value: always a new one, never a given one.</summary>
    public async Task<string> CreateAsync(
        string userId, string address, string userAgent, CancellationToken ct)
    {
        var now = database.Time.GetUtcNow();
        var cookie = TokenSecret.Create(TokenSecret.SessionPrefix, TokenSecret.LongBytes);
        await using var db = database.Connect();
        var member = await db.FirstMembershipAsync(userId, ct)
            ?? throw new InvalidOperationException("A session was asked for a person without a workspace.");
        await db.DeleteExpiredLoginsAsync(now, now - LinksKept, ct);
        await db.InsertSessionAsync(
            new AuthSessionRow
            {
                Hash = TokenSecret.Hash(cookie),
                Id = Ids.New(database.Time),
                UserId = userId,
                WorkspaceId = member.WorkspaceId,
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

    /// <summary>Logs out.</summary>
    public async Task EndAsync(string cookie, CancellationToken ct)
    {
        if (!IsSession(cookie)) return;
        await using var db = database.Connect();
        await db.DeleteSessionAsync(TokenSecret.Hash(cookie), ct);
    }

    private static bool IsSession(string? cookie) =>
        TokenSecret.HasShape(cookie, TokenSecret.SessionPrefix, TokenSecret.LongBytes);
}
