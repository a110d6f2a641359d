using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.People;

/// <summary>A membership that began, changed or (no role any more) ended.</summary>
public sealed record MembershipChange(string WorkspaceId, string UserId, Role? Role);

/// <summary>A member as lists show them.</summary>
public sealed record MemberEntry(string UserId, string Email, Role Role, DateTimeOffset CreatedAt);

/// <summary>Who belongs to a workspace and as what. Thread-safe.</summary>
public sealed class MemberDirectory(Database database, AuditLog audit)
{
    private static readonly PeopleRefusal LastOwner = new(PeopleFailure.LastOwner,
        "A workspace keeps at least one owner: make another member an owner first.");

    /// <summary>
    /// A membership changed. Raised after the database has it, on the thread of who changed it; must not block.
    /// </summary>
    public event Action<MembershipChange>? Changed;

    public async Task<IReadOnlyList<MemberEntry>> PageAsync(
        string workspaceId, string after, int limit, CancellationToken ct)
    {
        if (after.Length > 0 && !Ids.IsOne(after)) return [];
        await using var db = database.Connect();
        return await db.MembersPageAsync(workspaceId, after, limit, ct);
    }

    public async Task<MemberEntry?> FindAsync(string workspaceId, string userId, CancellationToken ct)
    {
        if (!Ids.IsOne(userId)) return null;
        await using var db = database.Connect();
        return await db.FindMemberEntryAsync(workspaceId, userId, ct);
    }

    /// <summary>Gives a member another role; who asks reaches neither above nor beyond their own.</summary>
    public async Task<PeopleOutcome<MemberEntry>> SetRoleAsync(
        Requester by, string userId, Role role, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (!Ids.IsOne(userId)) return PeopleRefusal.NotFound;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (await db.FindMemberEntryAsync(by.WorkspaceId, userId, ct) is not { } member) return PeopleRefusal.NotFound;
        if (await db.RoleNowAsync(by, ct) is not { } mine || mine < Role.Admin || member.Role > mine || role > mine)
            return PeopleRefusal.NotAllowed("You may give and take roles up to your own, as an admin or owner.");
        if (member.Role == role) return member;
        if (member.Role == Role.Owner && await db.OwnersAsync(by.WorkspaceId, ct) == 1) return LastOwner;
        await SetAsync(db, by, member, role, ct);
        await transaction.CommitAsync(ct);
        Raise(new MembershipChange(by.WorkspaceId, userId, role));
        return member with { Role = role };
    }

    /// <summary>An owner makes another member an owner and stays as an admin, both or neither.</summary>
    public async Task<PeopleOutcome<MemberEntry>> TransferAsync(Requester by, string userId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (!Ids.IsOne(userId)) return PeopleRefusal.NotFound;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (by.UserId is null || await db.FindMemberEntryAsync(by.WorkspaceId, by.UserId, ct) is not { Role: Role.Owner } owner)
            return PeopleRefusal.NotAllowed("Only an owner can hand the workspace over.");
        if (await db.FindMemberEntryAsync(by.WorkspaceId, userId, ct) is not { } heir) return PeopleRefusal.NotFound;
        if (heir.UserId == owner.UserId) return PeopleRefusal.BadValue("You have the workspace already.");
        if (heir.Role != Role.Owner) await SetAsync(db, by, heir, Role.Owner, ct);
        await SetAsync(db, by, owner, Role.Admin, ct);
        await transaction.CommitAsync(ct);
        Raise(new MembershipChange(by.WorkspaceId, heir.UserId, Role.Owner));
        Raise(new MembershipChange(by.WorkspaceId, owner.UserId, Role.Admin));
        return heir with { Role = Role.Owner };
    }

    /// <summary>
    /// Ends a membership, one's own too: with it go the personal keys, the sessions in this workspace, the open
    /// invitations of that person and what would still let a machine in as theirs.
    /// </summary>
    public async Task<PeopleOutcome<MemberEntry>> RemoveAsync(Requester by, string userId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (!Ids.IsOne(userId)) return PeopleRefusal.NotFound;
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockWorkspaceAsync(by.WorkspaceId, ct);
        if (await db.FindMemberEntryAsync(by.WorkspaceId, userId, ct) is not { } member) return PeopleRefusal.NotFound;
        var leaves = by.UserId == userId;
        if (!leaves && (await db.RoleNowAsync(by, ct) is not { } mine || mine < Role.Admin || member.Role > mine))
            return PeopleRefusal.NotAllowed("You may remove members up to your own role, as an admin or owner.");
        if (member.Role == Role.Owner && await db.OwnersAsync(by.WorkspaceId, ct) == 1) return LastOwner;
        await db.DeleteMemberAsync(by.WorkspaceId, userId, ct);
        await db.RevokePersonalKeysAsync(userId, by.WorkspaceId, now, ct);
        await db.DeleteSessionsInAsync(by.WorkspaceId, userId, ct);
        await db.DeleteInvitationsByAsync(by.WorkspaceId, $"user {userId}", ct);
        await db.CloseWaysInAsync(userId, by.WorkspaceId, ct);
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, leaves ? "member.leave" : "member.remove",
            userId, "done", ct);
        await transaction.CommitAsync(ct);
        Raise(new MembershipChange(by.WorkspaceId, userId, null));
        return member;
    }

    /// <summary>For those who add a member in a transaction of their own, after its commit.</summary>
    internal void Raise(MembershipChange change) => Changed?.Invoke(change);

    private async Task SetAsync(HubDb db, Requester by, MemberEntry member, Role role, CancellationToken ct)
    {
        await db.SetRoleAsync(by.WorkspaceId, member.UserId, role, ct);
        // What a person with a larger role has promised ends with that role.
        if (role < member.Role) await db.DeleteInvitationsByAsync(by.WorkspaceId, $"user {member.UserId}", ct);
        if (role < Role.Member) await db.CloseWaysInAsync(member.UserId, by.WorkspaceId, ct);
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, "member.role",
            $"{member.UserId} {member.Role.Word()} {role.Word()}", "done", ct);
    }
}
