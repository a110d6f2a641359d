using System.ComponentModel;
using System.Net;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Finds the tunnel port for a service and lets it listen: the port asked for, else the one it had, else the lowest that
/// nobody holds, else the one of the same workspace whose service has been away longest. One grant at a time.
/// </summary>
internal sealed class PortGrants(HubOptions options, ServiceDirectory directory, AgentRegistry registry, Quotas quotas)
{
    /// <summary>Null: the service listens. Else the refusal.</summary>
    public (RequestFailure Code, string Text)? TryListen(PublishedService service, int wanted)
    {
        var workspaceId = service.Owner.Agent.WorkspaceId;
        var leased = directory.LeasedPort(workspaceId, service.Name);
        var most = leased is null ? quotas.Of(workspaceId).Ports : null;
        var isFull = most is { } ports && directory.Leases.Count(lease => lease.WorkspaceId == workspaceId) >= ports;
        if (wanted != 0)
            return isFull ? Full(most!.Value) : TryWanted(service, workspaceId, wanted);
        PortFault? fault = null;
        if (leased is { } last && IsInRange(last) && TryBind(service, last, ref fault))
            return null;
        for (var port = options.FirstTunnelPort; !isFull && fault is not { IsShortage: true } && port <= options.LastTunnelPort; port++)
        {
            if (!directory.IsPortHeldByOther(port, workspaceId, service.Name) && TryBind(service, port, ref fault))
                return null;
        }

        if (fault is not { IsShortage: true } && TryRecycled(service, workspaceId, ref fault))
            return null;
        if (fault is not null)
            return (RequestFailure.Other, fault.Text);
        return isFull
            ? Full(most!.Value)
            : (RequestFailure.RangeFull,
                $"No port of {Range} is free: withdraw a service, or start the hub with a larger TUNNEL_PORTS.");
    }

    private static (RequestFailure, string) Full(int most) =>
        (RequestFailure.TooMany, WorkspaceQuota.Refusal("ports", most, "delete a service, or publish one 'off'"));

    private string Range => $"{options.FirstTunnelPort}-{options.LastTunnelPort}";

    private (RequestFailure, string)? TryWanted(PublishedService service, string workspaceId, int port)
    {
        if (!IsInRange(port))
            return (RequestFailure.PortOutOfRange, $"Port {port} is not in this hub's range: ask for one of {Range}.");
        if (HolderOf(port) is { } holder)
        {
            var whose = holder.Owner.Agent.WorkspaceId == workspaceId
                ? $"by service '{holder.Name}' of agent '{holder.Owner.Agent.Label}'"
                : "already";
            return (RequestFailure.PortTaken, $"Port {port} is used {whose}: ask for another one, or for none.");
        }

        if (directory.IsPortOfAnotherWorkspace(port, workspaceId))
            return (RequestFailure.PortTaken, $"Port {port} is used already: ask for another one, or for none.");
        PortFault? fault = null;
        if (TryBind(service, port, ref fault))
            return null;
        return fault is not null
            ? (RequestFailure.Other, fault.Text)
            : (RequestFailure.PortTaken,
                $"Port {port} is in use by another program on the hub's machine: ask for another one, or for none.");
    }

    /// <summary>
    /// Leases of services that are away are given on within their workspace, oldest first, when nothing else is left.
    /// </summary>
    private bool TryRecycled(PublishedService service, string own, ref PortFault? fault)
    {
        var tried = new HashSet<int>();
        while (directory.OldestIdleLease(own, (w, s) => registry.FindService(w, s) is not null || IsTried(w, s)) is { } port)
        {
            if (IsInRange(port) && TryBind(service, port, ref fault))
                return true;
            tried.Add(port);
        }

        return false;

        bool IsTried(string workspaceId, string name) =>
            directory.LeasedPort(workspaceId, name) is not { } port || tried.Contains(port);
    }

    private bool IsInRange(int port) => port >= options.FirstTunnelPort && port <= options.LastTunnelPort;

    private PublishedService? HolderOf(int port) => registry.Services.FirstOrDefault(s => s.Address.Port == port);

    /// <summary>False: only this port is out. With a fault it is not taken: something else is wrong, and that is what has to be told.</summary>
    private bool TryBind(PublishedService service, int port, ref PortFault? fault)
    {
        var at = new IPEndPoint(service.Port.BindAddress(options.TunnelBind)!, port);
        try
        {
            service.Listen(at);
            return true;
        }
        catch (Win32Exception e)
        {
            fault = PortFault.Of(e, at) ?? fault;
            return false;
        }
    }
}
