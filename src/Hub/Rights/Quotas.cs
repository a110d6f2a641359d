using System.Collections.Concurrent;
using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Rights;

/// <summary>The quotas of all workspaces, in memory; the database has them first. Thread-safe.</summary>
public sealed class Quotas(Database database, AuditLog audit)
{
    private readonly ConcurrentDictionary<string, WorkspaceQuota> _quotas = new();

    /// <summary>A workspace's quotas are others now; any thread, must not block.</summary>
    public event Action<string>? Changed;

    /// <summary>Reads all quotas; call once before the first enrolment.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await using var db = database.Connect();
        foreach (var row in await db.WorkspaceQuotas.ToListAsync(ct))
            _quotas[row.WorkspaceId] = new WorkspaceQuota(row.Agents, row.Services, row.Ports, row.Streams, row.Bandwidth);
    }

    /// <summary>Whether it is the hub's first workspace, whose admins are the hub's operators and set everybody's quotas.</summary>
    public async Task<bool> IsOperatorsAsync(string workspaceId, CancellationToken ct)
    {
        await using var db = database.Connect();
        return (await db.EnsureDefaultWorkspaceAsync(database.Time, ct)).Id == workspaceId;
    }

    /// <summary>Ids of workspaces after a given one, for the hub's operators.</summary>
    public async Task<IReadOnlyList<string>> WorkspacesAsync(string after, int limit, CancellationToken ct)
    {
        await using var db = database.Connect();
        return await db.WorkspaceIdsAsync(after, limit, ct);
    }

    /// <summary>What a workspace may have; from memory alone.</summary>
    public WorkspaceQuota Of(string workspaceId) => _quotas.GetValueOrDefault(workspaceId) ?? WorkspaceQuota.None;

    /// <summary>
    /// Sets a workspace's quotas; false when there is none of that id. What is above a quota already stays.
    /// </summary>
    public async Task<bool> SetAsync(string workspaceId, WorkspaceQuota quota, string actor, string address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(quota);
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.LockWorkspaceAsync(workspaceId, ct)) return false;
        await db.WorkspaceQuotas.Where(row => row.WorkspaceId == workspaceId).DeleteAsync(ct);
        await db.InsertAsync(
            new WorkspaceQuotaRow
            {
                WorkspaceId = workspaceId,
                Agents = quota.Agents,
                Services = quota.Services,
                Ports = quota.Ports,
                Streams = quota.Streams,
                Bandwidth = quota.Bandwidth,
            },
            token: ct);
        await audit.WriteAsync(
            db, workspaceId, actor, address, "workspace.quota", workspaceId,
            $"agents {Word(quota.Agents)}, services {Word(quota.Services)}, ports {Word(quota.Ports)}, "
            + $"streams {Word(quota.Streams)}, bandwidth {Word(quota.Bandwidth)}", ct);
        await transaction.CommitAsync(ct);
        _quotas[workspaceId] = quota;
        Changed?.Invoke(workspaceId);
        return true;
    }

    private static string Word(long? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unlimited";
}
