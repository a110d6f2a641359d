using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Mail;

namespace PrivateConnect.Hub.People;

/// <summary>A made invitation. The link is null when it was mailed: then only the mailbox has it.</summary>
public sealed record MadeInvitation(InvitationRow Invitation, string? Link);

/// <summary>
/// One-time links that make one named person a member: pi_ and 64 hexadecimal digits, kept as SHA-256; a newer one for
/// the same person replaces the older.
/// </summary>
public sealed class Invitations(
    Database database, AuditLog audit, MailQueue mail, MailLimits limits, HubOptions options)
{
    // A team is invited in one go; more that nobody accepts is a mistake of a script.
    private const int MaximumOpen = 200;

    /// <summary>Over a holiday, not for ever.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromDays(7);

    /// <summary>Invites a person; by mail, or with a link that whoever invites hands over.</summary>
    public async Task<PeopleOutcome<MadeInvitation>> CreateAsync(
        Requester by, string? email, Role role, bool byMail, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (by.Role < Role.Admin || role > by.Role)
            return PeopleRefusal.NotAllowed("You may invite in roles up to your own, as an admin or owner.");
        if (EmailAddress.Normalize(email) is not { } address)
            return PeopleRefusal.BadValue("Enter an e-mail address, such as you@example.org.");
        if (byMail && !mail.IsThere)
            return new PeopleRefusal(PeopleFailure.NoMail, "This hub sends no mail; make a link and hand it over.");
        if (byMail && !limits.TryInvite(address, by.WorkspaceId))
            return new PeopleRefusal(PeopleFailure.TooMany, "Too many mails were asked for; wait ten minutes.");

        var token = TokenSecret.Create(TokenSecret.InvitationPrefix, TokenSecret.LongBytes);
        var now = database.Time.GetUtcNow();
        var row = new InvitationRow
        {
            Id = Ids.New(database.Time),
            WorkspaceId = by.WorkspaceId,
            Email = address,
            Role = role,
            Hash = TokenSecret.Hash(token),
            Mailed = byMail,
            InvitedBy = by.Person,
            CreatedAt = now,
            ExpiresAt = now + Life,
        };
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (await db.HasMemberAsync(by.WorkspaceId, address, ct))
            return PeopleRefusal.BadValue($"{address} is a member already.");
        await db.DeleteOpenInvitationAsync(by.WorkspaceId, address, ct);
        if (await db.OpenInvitationsAsync(by.WorkspaceId, now, ct) >= MaximumOpen)
            return new PeopleRefusal(PeopleFailure.TooMany,
                $"{MaximumOpen} invitations are open; withdraw some that nobody accepts.");
        await db.InsertInvitationAsync(row, ct);
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, "member.invite",
            $"{address} {role.Word()}", byMail ? "mailed" : "link", ct);
        var workspace = await db.WorkspaceNameAsync(by.WorkspaceId, ct);
        await transaction.CommitAsync(ct);
        var link = Announcement.InvitationLink(options, token);
        if (!byMail) return new MadeInvitation(row, link);
        if (!mail.TryPost(_ => Task.FromResult<MailMessage?>(Letter(row, workspace, link))))
            return new PeopleRefusal(PeopleFailure.NoMail, "The hub has too many mails to send; invite again later.");
        return new MadeInvitation(row, null);
    }

    public async Task<IReadOnlyList<InvitationRow>> PageAsync(
        string workspaceId, string after, int limit, CancellationToken ct)
    {
        await using var db = database.Connect();
        return await db.InvitationsPageAsync(workspaceId, after, limit, database.Time.GetUtcNow(), ct);
    }

    public async Task<InvitationRow?> FindAsync(string workspaceId, string id, CancellationToken ct)
    {
        if (!Ids.IsOne(id)) return null;
        await using var db = database.Connect();
        return await db.OpenInvitationAsync(workspaceId, id, database.Time.GetUtcNow(), ct);
    }

    /// <summary>Withdraws an open invitation.</summary>
    public async Task<PeopleOutcome<InvitationRow>> WithdrawAsync(Requester by, string id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (by.Role < Role.Admin) return PeopleRefusal.NotAllowed("An admin or owner can withdraw invitations.");
        if (!Ids.IsOne(id)) return PeopleRefusal.NotFound;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.OpenInvitationAsync(by.WorkspaceId, id, database.Time.GetUtcNow(), ct) is not { } row
            || !await db.DeleteInvitationAsync(by.WorkspaceId, id, ct)) return PeopleRefusal.NotFound;
        await audit.WriteAsync(
            db, by.WorkspaceId, by.Actor, by.Address, "member.uninvite", row.Email, "done", ct);
        await transaction.CommitAsync(ct);
        return row;
    }

    private static MailMessage Letter(InvitationRow row, string workspace, string link) => new(
        row.Email, "You are invited to a workspace", $"""
        You are invited to the PrivateConnect workspace "{workspace}" as {row.Role.Word()}. Open this link to accept:

        {link}

        It works once, for {(int)Life.TotalDays} days. If you do not know who invites you, do nothing.
        """);
}
