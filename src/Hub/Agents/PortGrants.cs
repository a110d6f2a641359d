using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Finds the tunnel port for a service and lets it listen: the port asked for, else the one it had, else the lowest that
/// nobody holds, else the one whose service has been away longest. One grant at a time.
/// </summary>
internal sealed class PortGrants(HubOptions options, ServiceDirectory directory, AgentRegistry registry)
{
    /// <summary>Null: the service listens. Else the refusal.</summary>
    public (RequestFailure Code, string Text)? TryListen(PublishedService service, int wanted)
    {
        var workspaceId = service.Owner.Agent.WorkspaceId;
        if (wanted != 0)
            return TryWanted(service, workspaceId, wanted);
        if (directory.LeasedPort(workspaceId, service.Name) is { } leased && IsInRange(leased) && TryBind(service, leased))
            return null;
        for (var port = options.FirstTunnelPort; port <= options.LastTunnelPort; port++)
        {
            if (!directory.IsPortLeasedByOther(port, workspaceId, service.Name) && TryBind(service, port))
                return null;
        }

        return TryRecycled(service)
            ? null
            : (RequestFailure.RangeFull,
                $"No port of {Range} is free: withdraw a service, or start the hub with a larger TUNNEL_PORTS.");
    }

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

        var lease = directory.Leases.FirstOrDefault(l => l.Port == port);
        if (lease.Service is not null && lease.WorkspaceId != workspaceId)
            return (RequestFailure.PortTaken, $"Port {port} is used already: ask for another one, or for none.");
        return TryBind(service, port)
            ? null
            : (RequestFailure.PortTaken,
                $"Port {port} is in use by another program on the hub's machine: ask for another one, or for none.");
    }

    /// <summary>Leases of services that are away are given on, oldest first, when nothing else is left.</summary>
    private bool TryRecycled(PublishedService service)
    {
        var tried = new HashSet<int>();
        while (directory.OldestIdleLease((w, s) => registry.FindService(w, s) is not null || IsTried(w, s)) is { } port)
        {
            if (IsInRange(port) && TryBind(service, port))
                return true;
            tried.Add(port);
        }

        return false;

        bool IsTried(string workspaceId, string name) =>
            directory.LeasedPort(workspaceId, name) is not { } port || tried.Contains(port);
    }

    private bool IsInRange(int port) => port >= options.FirstTunnelPort && port <= options.LastTunnelPort;

    private PublishedService? HolderOf(int port) => registry.Services.FirstOrDefault(s => s.Address.Port == port);

    private bool TryBind(PublishedService service, int port)
    {
        try
        {
            service.Listen(new IPEndPoint(options.TunnelBind, port));
            return true;
        }
        catch (SocketException)
        {
            // A stranger has it; only this port is out.
            return false;
        }
    }
}
