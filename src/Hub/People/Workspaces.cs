using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.People;

/// <summary>A workspace and what a person is in it.</summary>
public sealed record WorkspaceEntry(string Id, string Name, Role Role, DateTimeOffset CreatedAt);

/// <summary>The workspaces of people.</summary>
public sealed class Workspaces(Database database, AuditLog audit, MemberDirectory members)
{
    // Each has quotas of its own: without a bound a person would multiply theirs.
    private const int MaximumOwned = 20;

    private static readonly PeopleRefusal BadName = PeopleRefusal.BadValue(
        $"A workspace's name has 1 to {AgentLabel.MaximumLength} printable characters and no space at its ends.");

    /// <summary>Where a person is a member; there are few.</summary>
    public async Task<IReadOnlyList<WorkspaceEntry>> OfAsync(string userId, CancellationToken ct)
    {
        await using var db = database.Connect();
        return await db.WorkspacesOfAsync(userId, ct);
    }

    /// <summary>Every workspace of the hub by name, for its operators.</summary>
    public async Task<IReadOnlyList<WorkspaceEntry>> AllAsync(CancellationToken ct)
    {
        await using var db = database.Connect();
        return [.. (await db.AllWorkspacesAsync(ct)).Select(row => new WorkspaceEntry(row.Id, row.Name, Role.Viewer, row.CreatedAt))];
    }

    public async Task<WorkspaceRow> FindAsync(string id, CancellationToken ct)
    {
        await using var db = database.Connect();
        return await db.WorkspaceAsync(id, ct);
    }

    /// <summary>Makes a workspace; who asks becomes its first owner.</summary>
    public async Task<PeopleOutcome<WorkspaceEntry>> CreateAsync(
        string userId, string? name, string actor, string address, CancellationToken ct)
    {
        if (!AgentLabel.IsGood(name)) return BadName;
        var now = database.Time.GetUtcNow();
        var id = Ids.New(database.Time);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.LockUserAsync(userId, ct);
        if (await db.OwnedWorkspacesAsync(userId, ct) >= MaximumOwned)
            return new PeopleRefusal(PeopleFailure.TooMany, $"You own {MaximumOwned} workspaces; that is the most.");
        await db.InsertWorkspaceAsync(new WorkspaceRow { Id = id, Slug = id, Name = name!, CreatedAt = now }, ct);
        await db.InsertMemberAsync(
            new MemberRow { WorkspaceId = id, UserId = userId, Role = Role.Owner, CreatedAt = now }, ct);
        await audit.WriteAsync(db, id, actor, address, "workspace.create", name!, "done", ct);
        await transaction.CommitAsync(ct);
        members.Raise(new MembershipChange(id, userId, Role.Owner));
        return new WorkspaceEntry(id, name!, Role.Owner, now);
    }

    public async Task<PeopleOutcome<WorkspaceRow>> RenameAsync(Requester by, string? name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (by.Role < Role.Admin) return PeopleRefusal.NotAllowed("An admin or owner can rename the workspace.");
        if (!AgentLabel.IsGood(name)) return BadName;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.RenameWorkspaceAsync(by.WorkspaceId, name!, ct);
        await audit.WriteAsync(db, by.WorkspaceId, by.Actor, by.Address, "workspace.rename", name!, "done", ct);
        await transaction.CommitAsync(ct);
        return await db.WorkspaceAsync(by.WorkspaceId, ct);
    }
}
