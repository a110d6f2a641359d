using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.People;

/// <summary>An open invitation as its page shows it.</summary>
public sealed record OpenInvitation(string Workspace, string Email, Role Role);

/// <summary>Who joined, and where.</summary>
public sealed record JoinedMember(string UserId, string WorkspaceId);

/// <summary>
/// Spends invitations. A link proves an address only when it was mailed there and to nobody else, and it never logs
/// in a person whom the hub knows: that takes their own log-in.
/// </summary>
public sealed class Acceptance(Database database, AuditLog audit, MemberDirectory members)
{
    // Two invitations of one new person accepted at once: the second finds the first's user on its next turn.
    private const int MaximumTries = 3;

    private static readonly PeopleRefusal BadLink = new(PeopleFailure.BadLink,
        "This invitation is not valid: it was used, withdrawn, replaced by a newer one, or has expired. "
        + "Ask for a new one.");

    /// <summary>What a link is for; null when it is not good. Spends nothing.</summary>
    public async Task<OpenInvitation?> PeekAsync(string token, CancellationToken ct)
    {
        if (!IsInvitation(token)) return null;
        await using var db = database.Connect();
        return await db.FindInvitationAsync(TokenSecret.Hash(token), database.Time.GetUtcNow(), ct)
            is var (invitation, workspace)
            ? new OpenInvitation(workspace, invitation.Email, invitation.Role)
            : null;
    }

    /// <summary>
    /// Spends a link: of any number of callers one becomes a member. <paramref name="loggedIn"/> is the person of the
    /// browser's session, if any.
    /// </summary>
    public async Task<PeopleOutcome<JoinedMember>> AcceptAsync(
        string token, string? loggedIn, string address, CancellationToken ct)
    {
        if (!IsInvitation(token)) return BadLink;
        for (var turn = 1; ; turn++)
        {
            try
            {
                return await TryAsync(TokenSecret.Hash(token), loggedIn, address, ct);
            }
            catch (Exception race) when (turn < MaximumTries && DatabaseFailure.IsDuplicate(race))
            {
            }
        }
    }

    private static bool IsInvitation(string? token) =>
        TokenSecret.HasShape(token, TokenSecret.InvitationPrefix, TokenSecret.LongBytes);

    private async Task<PeopleOutcome<JoinedMember>> TryAsync(
        string hash, string? loggedIn, string address, CancellationToken ct)
    {
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindInvitationAsync(hash, now, ct) is not var (invitation, _)) return BadLink;
        var user = await db.FindUserByEmailAsync(invitation.Email, ct);
        if (loggedIn is not null ? user?.Id != loggedIn : user is not null)
            return new PeopleRefusal(PeopleFailure.LogInFirst,
                $"This invitation is for {invitation.Email}. Log in as that person, then open it again.");
        // Leaving without a commit un-spends: every refusal costs nothing.
        if (!await db.SpendInvitationAsync(hash, now, ct)) return BadLink;
        if (user is null)
        {
            user = new UserRow
            {
                Id = Ids.New(database.Time),
                Email = invitation.Email,
                CreatedAt = now,
                VerifiedAt = invitation.Mailed ? now : null,
            };
            await db.InsertUserAsync(user, ct);
        }

        var workspace = invitation.WorkspaceId;
        if (await db.FindMemberEntryAsync(workspace, user.Id, ct) is null)
            await db.InsertMemberAsync(
                new MemberRow { WorkspaceId = workspace, UserId = user.Id, Role = invitation.Role, CreatedAt = now }, ct);
        await audit.WriteAsync(db, workspace, $"user {user.Id}", address, "member.join",
            $"{invitation.Email} {invitation.Role.Word()}", "done", ct);
        await transaction.CommitAsync(ct);
        members.Raise(new MembershipChange(workspace, user.Id, invitation.Role));
        return new JoinedMember(user.Id, workspace);
    }
}
