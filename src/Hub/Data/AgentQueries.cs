using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class AgentQueries
{
    // Compiled: the reads that programs repeat most.
    private static readonly Func<HubDb, string, string, CancellationToken, Task<AgentRow?>> OneAgent =
        CompiledQuery.Compile((HubDb db, string workspaceId, string id, CancellationToken ct) =>
            db.Agents.FirstOrDefaultAsync(
                agent => agent.WorkspaceId == workspaceId && agent.Id == id && agent.RevokedAt == null, ct));

    private static readonly Func<HubDb, string, string, int, CancellationToken, Task<List<AgentRow>>> PageOfAgents =
        CompiledQuery.Compile((HubDb db, string workspaceId, string after, int limit, CancellationToken ct) =>
            db.Agents
                .Where(agent => agent.WorkspaceId == workspaceId && agent.RevokedAt == null && agent.Id.CompareTo(after) > 0)
                .OrderBy(agent => agent.Id)
                .Take(limit)
                .ToListAsync(ct));

    /// <summary>Every agent with the name of its workspace, for the memory of a hub that starts.</summary>
    [NeedsNoIndex("once, at the start")]
    public static async Task<List<(AgentRow Agent, string Workspace)>> AllAgentsAsync(
        this HubDb db, CancellationToken ct)
    {
        var found = await (
            from agent in db.Agents
            join workspace in db.Workspaces on agent.WorkspaceId equals workspace.Id
            select new { agent, workspace.Name })
            .ToListAsync(ct);
        return found.ConvertAll(row => (row.agent, row.Name));
    }

    public static Task<AgentRow?> FindAgentByKeyAsync(this HubDb db, string keyHash, CancellationToken ct) =>
        db.Agents.FirstOrDefaultAsync(agent => agent.KeyHash == keyHash, ct);

    public static Task<AgentRow?> FindAgentAsync(this HubDb db, string workspaceId, string id, CancellationToken ct) =>
        OneAgent(db, workspaceId, id, ct);

    /// <summary>The agents after a given id, oldest first.</summary>
    public static Task<List<AgentRow>> AgentsPageAsync(
        this HubDb db, string workspaceId, string after, int limit, CancellationToken ct) =>
        PageOfAgents(db, workspaceId, after, limit, ct);

    public static Task InsertAgentAsync(this HubDb db, AgentRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    /// <summary>True for exactly one caller.</summary>
    public static async Task<bool> RevokeAgentAsync(
        this HubDb db, string workspaceId, string id, DateTimeOffset now, CancellationToken ct) =>
        await db.Agents
            .Where(agent => agent.WorkspaceId == workspaceId && agent.Id == id && agent.RevokedAt == null)
            .Set(agent => agent.RevokedAt, (DateTimeOffset?)now)
            .UpdateAsync(ct) == 1;

    public static Task TouchAgentAsync(
        this HubDb db, string id, string address, DateTimeOffset at, CancellationToken ct) =>
        db.Agents
            .Where(agent => agent.Id == id)
            .Set(agent => agent.LastSeenAt, (DateTimeOffset?)at)
            .Set(agent => agent.LastAddress, address)
            .UpdateAsync(ct);

    /// <summary>Agents of a workspace that are not revoked; call it after locking the workspace.</summary>
    public static Task<int> CountAgentsAsync(this HubDb db, string workspaceId, CancellationToken ct) =>
        db.Agents.CountAsync(agent => agent.WorkspaceId == workspaceId && agent.RevokedAt == null, ct);

    public static async Task<bool> ChangeAgentAsync(this HubDb db, AgentRow row, CancellationToken ct) =>
        await db.Agents
            .Where(agent => agent.Id == row.Id && agent.RevokedAt == null)
            .Set(agent => agent.Label, row.Label)
            .Set(agent => agent.Tags, row.Tags)
            .Set(agent => agent.OwnerUserId, row.OwnerUserId)
            .UpdateAsync(ct) == 1;

    /// <summary>True for exactly one caller: the old key must still be the agent's.</summary>
    public static async Task<bool> RotateAgentAsync(
        this HubDb db, string id, string oldHash, byte[] newKey, string newHash, CancellationToken ct) =>
        await db.Agents
            .Where(agent => agent.Id == id && agent.KeyHash == oldHash && agent.RevokedAt == null)
            .Set(agent => agent.PublicKey, newKey)
            .Set(agent => agent.KeyHash, newHash)
            .UpdateAsync(ct) == 1;

    /// <summary>Deletes an agent with its services (and with them their rights and leases); their names are the answer.</summary>
    public static async Task<List<string>> RemoveAgentAsync(this HubDb db, string id, CancellationToken ct)
    {
        var services = await db.Services.Where(row => row.AgentId == id).Select(row => row.Name).ToListAsync(ct);
        await db.Services.Where(row => row.AgentId == id).DeleteAsync(ct);
        await db.EnrolmentTokens.Where(row => row.AgentId == id).DeleteAsync(ct);
        await db.Agents.Where(row => row.Id == id).DeleteAsync(ct);
        return services;
    }
}
