using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Data;

internal static class WorkspaceQueries
{
    /// <summary>The slug of the workspace that every hub has, and its first name.</summary>
    public const string Default = "default";

    public static Task<WorkspaceRow?> FindWorkspaceAsync(this HubDb db, string slug, CancellationToken ct) =>
        db.Workspaces.FirstOrDefaultAsync(workspace => workspace.Slug == slug, ct);

    [NeedsNoIndex("all of them, for the verbs of the terminal")]
    public static Task<List<WorkspaceRow>> AllWorkspacesAsync(this HubDb db, CancellationToken ct) =>
        db.Workspaces.OrderBy(workspace => workspace.Name).ToListAsync(ct);

    public static Task<List<string>> WorkspaceIdsAsync(this HubDb db, string after, int limit, CancellationToken ct) =>
        db.Workspaces
            .Where(workspace => workspace.Id.CompareTo(after) > 0)
            .OrderBy(workspace => workspace.Id)
            .Select(workspace => workspace.Id)
            .Take(limit)
            .ToListAsync(ct);

    public static Task<string> WorkspaceNameAsync(this HubDb db, string id, CancellationToken ct) =>
        db.Workspaces.Where(workspace => workspace.Id == id).Select(workspace => workspace.Name).FirstAsync(ct);

    public static Task<WorkspaceRow> WorkspaceAsync(this HubDb db, string id, CancellationToken ct) =>
        db.Workspaces.FirstAsync(workspace => workspace.Id == id, ct);

    public static Task<List<WorkspaceEntry>> WorkspacesOfAsync(this HubDb db, string userId, CancellationToken ct) => (
        from member in db.Members
        join workspace in db.Workspaces on member.WorkspaceId equals workspace.Id
        where member.UserId == userId
        orderby workspace.Id
        select new WorkspaceEntry(workspace.Id, workspace.Name, member.Role, workspace.CreatedAt))
        .ToListAsync(ct);

    public static Task<int> OwnedWorkspacesAsync(this HubDb db, string userId, CancellationToken ct) =>
        db.Members.CountAsync(member => member.UserId == userId && member.Role == Role.Owner, ct);

    public static Task InsertWorkspaceAsync(this HubDb db, WorkspaceRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    public static Task RenameWorkspaceAsync(this HubDb db, string id, string name, CancellationToken ct) =>
        db.Workspaces
            .Where(workspace => workspace.Id == id)
            .Set(workspace => workspace.Name, name)
            .UpdateAsync(ct);

    /// <summary>Others that lock it wait until this transaction ends; false when there is no such workspace.</summary>
    public static async Task<bool> LockWorkspaceAsync(this HubDb db, string id, CancellationToken ct) =>
        await db.Workspaces
            .Where(workspace => workspace.Id == id)
            .Set(workspace => workspace.CreatedAt, workspace => workspace.CreatedAt)
            .UpdateAsync(ct) == 1;

    /// <summary>The default workspace, made when the database is empty; safe when two hubs start at once.</summary>
    public static async Task<WorkspaceRow> EnsureDefaultWorkspaceAsync(
        this HubDb db, TimeProvider time, CancellationToken ct)
    {
        if (await db.FindWorkspaceAsync(Default, ct) is { } known) return known;
        var row = new WorkspaceRow { Id = Ids.New(time), Slug = Default, Name = Default, CreatedAt = time.GetUtcNow() };
        try
        {
            await db.InsertAsync(row, token: ct);
            return row;
        }
        catch (Exception other) when (DatabaseFailure.IsDuplicate(other))
        {
            return await db.Workspaces.FirstAsync(workspace => workspace.Slug == Default, ct);
        }
    }
}
