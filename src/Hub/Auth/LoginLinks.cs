using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// One-time links that log people in: pl_ and 64 hexadecimal digits, kept as SHA-256, the newest kills the older.
/// </summary>
public sealed class LoginLinks(Database database, AuditLog audit, MemberDirectory members)
{
    private static readonly LoginOutcome BadLink = LoginOutcome.Refused(LoginFailure.BadLink,
        "This link is not valid: it was used, replaced by a newer one, or has expired. Ask for a new one.");

    /// <summary>How long a mailed or printed link works.</summary>
    public static TimeSpan LinkLife { get; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// A link that makes the first owner, valid until it is used or replaced; null when there is a user already.
    /// </summary>
    public async Task<string?> CreateSetupAsync(CancellationToken ct)
    {
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockDefaultWorkspaceAsync(ct);
        if (await db.HasUsersAsync(ct)) return null;
        var token = await InsertAsync(db, null, null, ct);
        await transaction.CommitAsync(ct);
        return token;
    }

    /// <summary>A link for a person the hub knows; null when it knows nobody of that address.</summary>
    public async Task<string?> CreateForAsync(string email, TimeSpan life, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        if (EmailAddress.Normalize(email) is not { } address) return null;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindUserByEmailAsync(address, ct) is not { } user) return null;
        await db.LockUserAsync(user.Id, ct);
        var token = await InsertAsync(db, user.Id, database.Time.GetUtcNow() + life, ct);
        await transaction.CommitAsync(ct);
        return token;
    }

    /// <summary>True for an open set-up link, whose page must ask for an e-mail address. Spends nothing.</summary>
    public async Task<bool> IsSetupAsync(string token, CancellationToken ct)
    {
        if (!IsLink(token)) return false;
        await using var db = database.Connect();
        var link = await db.FindLinkAsync(TokenSecret.Hash(token), database.Time.GetUtcNow(), ct);
        return link?.Kind == LoginQueries.SetupKind;
    }

    /// <summary>
    /// The address that an open log-in link logs in, so that nobody is logged in as another without seeing it; null
    /// when the link is not good. Spends nothing.
    /// </summary>
    public async Task<string?> PeekAsync(string token, CancellationToken ct)
    {
        if (!IsLink(token)) return null;
        await using var db = database.Connect();
        var link = await db.FindLinkAsync(TokenSecret.Hash(token), database.Time.GetUtcNow(), ct);
        return link?.UserId is { } user ? (await db.FindUserAsync(user, ct)).Email : null;
    }

    /// <summary>
    /// Spends a link: of any number of callers one is logged in. A set-up link needs the address of the first owner.
    /// </summary>
    public Task<LoginOutcome> RedeemAsync(string token, string? email, CancellationToken ct) =>
        RedeemAsync(token, email, "", ct);

    /// <summary>The same, with the address of who logs in for the audit log.</summary>
    public async Task<LoginOutcome> RedeemAsync(string token, string? email, string address, CancellationToken ct)
    {
        var outcome = await SpendAsync(token, email, address, ct);
        if (outcome.Failure == LoginFailure.BadLink)
            audit.Refused(null, "stranger", address, "user.login", "link", "not valid");
        return outcome;
    }

    private async Task<LoginOutcome> SpendAsync(string token, string? email, string address, CancellationToken ct)
    {
        if (!IsLink(token)) return BadLink;
        var now = database.Time.GetUtcNow();
        var hash = TokenSecret.Hash(token);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindLinkAsync(hash, now, ct) is not { } link) return BadLink;
        var setup = link.Kind == LoginQueries.SetupKind;
        var owner = setup ? EmailAddress.Normalize(email) : null;
        if (setup && owner is null)
            return LoginOutcome.Refused(LoginFailure.BadEmail,
                "Enter the e-mail address of the first owner, such as you@example.org.");

        if (setup) await db.LockDefaultWorkspaceAsync(ct);
        // Leaving without a commit un-spends: every refusal above and below costs nothing.
        if (!await db.SpendLinkAsync(hash, now, ct)) return BadLink;
        MembershipChange? joined = null;
        LoginOutcome outcome;
        if (setup)
            (outcome, joined) = await FirstOwnerAsync(db, owner!, now, address, ct);
        else
            outcome = await ProvedLogin.RunAsync(
                db, audit, await db.FindUserAsync(link.UserId!, ct), address, "link", now, ct);
        if (outcome.Failure != LoginFailure.None) return outcome;
        await transaction.CommitAsync(ct);
        if (joined is not null) members.Raise(joined);
        return outcome;
    }

    private static bool IsLink(string? token) =>
        TokenSecret.HasShape(token, TokenSecret.LinkPrefix, TokenSecret.LongBytes);

    private async Task<(LoginOutcome, MembershipChange?)> FirstOwnerAsync(
        HubDb db, string email, DateTimeOffset now, string address, CancellationToken ct)
    {
        if (await db.HasUsersAsync(ct)) return (BadLink, null);
        var workspace = await db.EnsureDefaultWorkspaceAsync(database.Time, ct);
        var user = new UserRow { Id = Ids.New(database.Time), Email = email, CreatedAt = now, VerifiedAt = now };
        var member = new MemberRow
        {
            WorkspaceId = workspace.Id,
            UserId = user.Id,
            Role = Role.Owner,
            CreatedAt = now,
        };
        await db.InsertUserAsync(user, ct);
        await db.InsertMemberAsync(member, ct);
        await audit.WriteAsync(db, workspace.Id, $"user {user.Id}", address, "user.set-up", email, "done", ct);
        return (LoginOutcome.Done(user.Id, email), new MembershipChange(workspace.Id, user.Id, Role.Owner));
    }

    private async Task<string> InsertAsync(HubDb db, string? userId, DateTimeOffset? expires, CancellationToken ct)
    {
        var now = database.Time.GetUtcNow();
        var token = TokenSecret.Create(TokenSecret.LinkPrefix, TokenSecret.LongBytes);
        await db.KillLinksAsync(userId, now, ct);
        await db.InsertLinkAsync(
            new LoginLinkRow
            {
                Id = Ids.New(database.Time),
                Kind = userId is null ? LoginQueries.SetupKind : LoginQueries.LoginKind,
                Hash = TokenSecret.Hash(token),
                UserId = userId,
                CreatedAt = now,
                ExpiresAt = expires,
            },
            ct);
        return token;
    }
}
