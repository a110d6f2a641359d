using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Every service and port lease the hub knows, in memory; a service keeps its port while it is down. Reads never wait
/// for the database. Thread-safe.
/// </summary>
public sealed class ServiceDirectory : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string WorkspaceId, string Name), ServiceRecord> _services = [];
    // Made when they are asked for, dropped when a service of the workspace changes: pages ask every second, and of 50,000
    // services sorting alone takes 20 ms.
    private readonly Dictionary<string, ServiceList> _lists = [];
    private readonly Dictionary<int, (string WorkspaceId, string Name)> _ports = [];
    private readonly Dictionary<int, (string WorkspaceId, DateTimeOffset Until)> _resting = [];
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly ServiceWrites _writes;
    private readonly ILogger<ServiceDirectory> _log;
    private long _changes;

    public ServiceDirectory(Database database, AuditLog audit, ILogger<ServiceDirectory> log)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _audit = audit;
        _log = log;
        _writes = new ServiceWrites(database, audit, service => Find(service.WorkspaceId, service.Name), log);
    }

    /// <summary>
    /// A service was deleted: workspace id and name. Raised on the thread of who deleted; must not block.
    /// </summary>
    public event Action<string, string>? Deleted;

    /// <summary>A freed port rests so long before another workspace gets it: who still dials it must not meet a stranger.</summary>
    public static TimeSpan PortRest { get; } = TimeSpan.FromMinutes(10);

    /// <summary>All leases, up or not.</summary>
    public IEnumerable<(int Port, string WorkspaceId, string Service)> Leases
    {
        get
        {
            lock (_gate) return [.. _ports.Select(lease => (lease.Key, lease.Value.WorkspaceId, lease.Value.Name))];
        }
    }

    /// <summary>Reads all services; call once before anything is published.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await using var db = _database.Connect();
        var services = await db.AllServicesAsync(ct);
        var resting = await db.RestingPortsAsync(_database.Time.GetUtcNow(), ct);
        lock (_gate)
        {
            foreach (var port in resting) _resting[port.Port] = (port.WorkspaceId, port.Until);
            foreach (var service in services)
            {
                _services[(service.WorkspaceId, service.Name)] = service;
                if (service.Port is { } port) _ports[port] = (service.WorkspaceId, service.Name);
            }
        }
    }

    /// <summary>The port that the service had last and still holds.</summary>
    public int? LeasedPort(string workspaceId, string service) => Find(workspaceId, service)?.Port;

    public ServiceRecord? Find(string workspaceId, string service)
    {
        lock (_gate) return _services.GetValueOrDefault((workspaceId, service));
    }

    /// <summary>The services of a workspace by name.</summary>
    public ServiceList List(string workspaceId)
    {
        ServiceRecord[] found;
        long changes;
        lock (_gate)
        {
            if (_lists.TryGetValue(workspaceId, out var known)) return known;
            found = [.. _services.Values.Where(service => service.WorkspaceId == workspaceId)];
            changes = _changes;
        }

        // Not under the lock, which publishing and routing take.
        var list = new ServiceList(found);
        lock (_gate)
        {
            if (_changes == changes) _lists[workspaceId] = list;
        }

        return list;
    }

    /// <summary>How many services a workspace has, or of them one agent; without sorting them.</summary>
    public int Count(string workspaceId, string? agentId = null)
    {
        lock (_gate)
            return _services.Values.Count(
                service => service.WorkspaceId == workspaceId && (agentId is null || service.AgentId == agentId));
    }

    /// <summary>Another service has it, or another workspace had it until lately.</summary>
    public bool IsPortHeldByOther(int port, string workspaceId, string service)
    {
        lock (_gate)
            return (_ports.TryGetValue(port, out var holder) && holder != (workspaceId, service))
                || IsRestingForOther(port, workspaceId);
    }

    /// <summary>Another workspace has it, or had it until lately.</summary>
    public bool IsPortOfAnotherWorkspace(int port, string workspaceId)
    {
        lock (_gate)
            return (_ports.TryGetValue(port, out var holder) && holder.WorkspaceId != workspaceId)
                || IsRestingForOther(port, workspaceId);
    }

    /// <summary>
    /// The lease to recycle when nothing is free: of the workspace's services that are not up, the one that was
    /// published longest ago. Take the port by publishing the new service on it.
    /// </summary>
    public int? OldestIdleLease(string workspaceId, Func<string, string, bool> isUp)
    {
        ArgumentNullException.ThrowIfNull(isUp);
        List<ServiceRecord> leased;
        lock (_gate) leased = [.. _services.Values.Where(
            service => service.Port is not null && service.WorkspaceId == workspaceId)];
        return leased
            .OrderBy(service => service.LastPublishedAt)
            .ThenBy(service => service.Port)
            .FirstOrDefault(service => !isUp(service.WorkspaceId, service.Name))?.Port;
    }

    /// <summary>
    /// Remembers a service that is up and the port it got, taking that port from whoever held its lease; without one it
    /// keeps the lease it had. Memory has it when this returns its task; the task ends when the database has it too, or
    /// when that failed and is being retried.
    /// </summary>
    public Task RecordPublishedAsync(
        string workspaceId, string service, string agentId, string target, int? port, CancellationToken ct) =>
        RecordPublishedAsync(workspaceId, service, agentId, target, port, "", false, ct);

    /// <summary>The same, with where the agent is and whether it opened the port to the network, for the audit log.</summary>
    public Task RecordPublishedAsync(
        string workspaceId, string service, string agentId, string target, int? port, string address, bool isOpen,
        CancellationToken ct)
    {
        lock (_gate)
        {
            var key = (workspaceId, service);
            var former = _services.GetValueOrDefault(key)?.Port;
            port ??= former;
            if (former is { } old && old != port) Free(old, workspaceId);
            if (port is { } taken)
            {
                if (_ports.TryGetValue(taken, out var holder))
                {
                    _services[holder] = _services[holder] with { Port = null };
                    Changed(holder.WorkspaceId);
                }

                _ports[taken] = key;
                _resting.Remove(taken);
            }

            _services[key] = new ServiceRecord(workspaceId, service, agentId, target, port, _database.Time.GetUtcNow())
            {
                Address = address,
                IsOpen = isOpen,
            };
            Changed(workspaceId);
        }

        return _writes.SaveAsync((workspaceId, service), ct);
    }

    /// <summary>Deletes a service and frees its port; false when the workspace has none of that name.</summary>
    public Task<bool> DeleteAsync(string workspaceId, string service, string actor, CancellationToken ct) =>
        DeleteAsync(workspaceId, service, actor, "", ct);

    /// <summary>The same, with the address of who deletes for the audit log.</summary>
    public async Task<bool> DeleteAsync(
        string workspaceId, string service, string actor, string address, CancellationToken ct)
    {
        var deleted = false;
        await _writes.InTurnAsync(
            async () =>
            {
                if (Find(workspaceId, service) is null) return;
                await using var db = _database.Connect();
                await using var transaction = await db.BeginTransactionAsync(ct);
                if (LeasedPort(workspaceId, service) is { } port)
                    await db.SaveRestingPortAsync(port, workspaceId, _database.Time.GetUtcNow() + PortRest, ct);
                await db.DeleteServiceAsync(workspaceId, service, ct);
                await _audit.WriteAsync(db, workspaceId, actor, address, "service.delete", service, "done", ct);
                await transaction.CommitAsync(ct);
                Forget(workspaceId, service);
                deleted = true;
            },
            ct);
        if (!deleted) return false;
        ControlLog.ServiceDeleted(_log, service, actor);
        Deleted?.Invoke(workspaceId, service);
        return true;
    }

    /// <summary>A service is gone from the database with its agent: memory follows.</summary>
    internal void Removed(string workspaceId, string service)
    {
        Forget(workspaceId, service);
        Deleted?.Invoke(workspaceId, service);
    }

    public ValueTask DisposeAsync() => _writes.DisposeAsync();

    private void Forget(string workspaceId, string service)
    {
        lock (_gate)
        {
            if (!_services.Remove((workspaceId, service), out var known)) return;
            Changed(workspaceId);
            if (known.Port is { } port) Free(port, workspaceId);
        }
    }

    // Under the lock.
    private void Changed(string workspaceId)
    {
        _changes++;
        _lists.Remove(workspaceId);
    }

    // Under the lock.
    private void Free(int port, string workspaceId)
    {
        _ports.Remove(port);
        _resting[port] = (workspaceId, _database.Time.GetUtcNow() + PortRest);
    }

    private bool IsRestingForOther(int port, string workspaceId) =>
        _resting.TryGetValue(port, out var rest) && rest.WorkspaceId != workspaceId
        && rest.Until > _database.Time.GetUtcNow();
}
