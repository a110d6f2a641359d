using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class ServiceQueries
{
    // Compiled: a read that programs repeat.
    private static readonly Func<HubDb, string, string, int, CancellationToken, Task<List<ServiceRecord>>> PageOfServices =
        CompiledQuery.Compile((HubDb db, string workspaceId, string after, int limit, CancellationToken ct) => (
            from service in db.Services
            from lease in db.PortLeases.LeftJoin(
                lease => lease.WorkspaceId == service.WorkspaceId && lease.Service == service.Name)
            where service.WorkspaceId == workspaceId && service.Name.CompareTo(after) > 0
            orderby service.Name
            select new ServiceRecord(
                service.WorkspaceId, service.Name, service.AgentId, service.Target, (int?)lease.Port, service.LastPublishedAt))
            .Take(limit)
            .ToListAsync(ct));

    /// <summary>Every service, for the memory of a hub that starts.</summary>
    [NeedsNoIndex("once, at the start")]
    public static async Task<List<ServiceRecord>> AllServicesAsync(this HubDb db, CancellationToken ct)
    {
        var services = await db.Services.ToListAsync(ct);
        var leases = await db.PortLeases.ToDictionaryAsync(
            lease => (lease.WorkspaceId, lease.Service), lease => lease.Port, ct);
        return services.ConvertAll(service => new ServiceRecord(
            service.WorkspaceId, service.Name, service.AgentId, service.Target,
            leases.TryGetValue((service.WorkspaceId, service.Name), out var port) ? port : null,
            service.LastPublishedAt));
    }

    /// <summary>The services of a workspace after a given name, in the order of names.</summary>
    public static Task<List<ServiceRecord>> ServicesPageAsync(
        this HubDb db, string workspaceId, string after, int limit, CancellationToken ct) =>
        PageOfServices(db, workspaceId, after, limit, ct);

    /// <summary>Whose a service was until now.</summary>
    public static Task<string?> AgentOfServiceAsync(this HubDb db, string workspaceId, string name, CancellationToken ct) =>
        db.Services.Where(row => row.WorkspaceId == workspaceId && row.Name == name)
            .Select(row => row.AgentId).FirstOrDefaultAsync(ct);

    /// <summary>Makes the tables say what the record says; call it in a transaction.</summary>
    public static async Task SaveServiceAsync(
        this HubDb db, ServiceRecord service, DateTimeOffset now, CancellationToken ct)
    {
        var changed = await db.Services
            .Where(row => row.WorkspaceId == service.WorkspaceId && row.Name == service.Name)
            .Set(row => row.AgentId, service.AgentId)
            .Set(row => row.Target, service.Target)
            .Set(row => row.LastPublishedAt, service.LastPublishedAt)
            .UpdateAsync(ct);
        if (changed == 0)
            await db.InsertAsync(
                new ServiceRow
                {
                    WorkspaceId = service.WorkspaceId,
                    Name = service.Name,
                    AgentId = service.AgentId,
                    Target = service.Target,
                    LastPublishedAt = service.LastPublishedAt,
                },
                token: ct);
        await db.SaveLeaseAsync(service, now, ct);
    }

    /// <summary>Deletes a service and with it (by the foreign key) its lease.</summary>
    public static Task DeleteServiceAsync(this HubDb db, string workspaceId, string name, CancellationToken ct) =>
        db.Services.Where(row => row.WorkspaceId == workspaceId && row.Name == name).DeleteAsync(ct);

    [NeedsNoIndex("once, at the start")]
    public static Task<List<RestingPortRow>> RestingPortsAsync(this HubDb db, DateTimeOffset now, CancellationToken ct) =>
        db.RestingPorts.Where(row => row.Until > now).ToListAsync(ct);

    /// <summary>Keeps a freed port from other workspaces for a while; call it in a transaction.</summary>
    public static async Task SaveRestingPortAsync(
        this HubDb db, int port, string workspaceId, DateTimeOffset until, CancellationToken ct)
    {
        await db.RestingPorts.Where(row => row.Port == port).DeleteAsync(ct);
        await db.InsertAsync(new RestingPortRow { Port = port, WorkspaceId = workspaceId, Until = until }, token: ct);
    }

    private static async Task SaveLeaseAsync(
        this HubDb db, ServiceRecord service, DateTimeOffset now, CancellationToken ct)
    {
        var kept = await db.PortLeases.AnyAsync(
            lease => lease.Port == service.Port && lease.WorkspaceId == service.WorkspaceId
                && lease.Service == service.Name,
            ct);
        if (kept) return;
        // The service's former port, and the port's former service if its lease was recycled.
        await db.PortLeases
            .Where(lease => lease.Port == service.Port
                || (lease.WorkspaceId == service.WorkspaceId && lease.Service == service.Name))
            .DeleteAsync(ct);
        if (service.Port is { } port)
            await db.InsertAsync(
                new PortLeaseRow
                {
                    Port = port,
                    WorkspaceId = service.WorkspaceId,
                    Service = service.Name,
                    GrantedAt = now,
                },
                token: ct);
    }
}
