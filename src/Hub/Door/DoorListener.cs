using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace PrivateConnect.Hub.Door;

/// <summary>The accept loop of one port: hands every socket over at once and never waits for one.</summary>
internal sealed class DoorListener : IAsyncDisposable
{
    private readonly DoorKind _door;
    private readonly Socket _listening;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    private DoorListener(DoorKind door, Socket listening, TimeProvider time, ILogger logger)
    {
        _door = door;
        _listening = listening;
        _time = time;
        _logger = logger;
    }

    public IPEndPoint LocalEndPoint => (IPEndPoint)_listening.LocalEndPoint!;

    /// <summary>Binds and listens; connections wait in the kernel until <see cref="Start"/>.</summary>
    /// <exception cref="HubStartException">The port cannot be had.</exception>
    public static DoorListener Bind(DoorKind door, IPAddress address, int port, TimeProvider time, ILogger logger)
    {
        if (address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6)
            address = IPAddress.Any;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(DoorLimits.Backlog);
            return new DoorListener(door, socket, time, logger);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            var (portName, bindName) = door == DoorKind.Api ? ("PORT", "BIND") : ("WEB_PORT", "WEB_BIND");
            var reason = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"port {port} is taken by another program: stop it, or set {portName}",
                SocketError.AccessDenied => $"port {port} may not be bound by this user: set {portName} to 1024 or above",
                SocketError.AddressNotAvailable => $"{address} is no address of this machine: set {bindName}",
                _ => $"cannot listen on {new IPEndPoint(address, port)}: {e.Message}",
            };
            throw new HubStartException(ExitCodes.Port, reason);
        }
    }

    /// <summary>Starts to accept. <paramref name="accepted"/> must not block or throw.</summary>
    public void Start(Action<Socket> accepted) => _loop = AcceptLoopAsync(accepted);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listening.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptLoopAsync(Action<Socket> accepted)
    {
        string? complaint = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                accepted(await _listening.AcceptAsync(_stop.Token));
                complaint = null;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client left between its SYN and our accept.
            }
            catch (SocketException e)
            {
                // No descriptors or no memory: others must end first. Said once until it works again.
                if (complaint != e.Message)
                    DoorLog.AcceptFailed(_logger, _door, e.Message, (int)DoorLimits.AcceptBackOff.TotalMilliseconds);
                complaint = e.Message;
                await Task.Delay(DoorLimits.AcceptBackOff, _time, CancellationToken.None);
            }
            catch (Exception e)
            {
                // A port that is deaf from then on would be worse than one connection lost.
                DoorLog.AcceptDefect(_logger, e, _door, (int)DoorLimits.AcceptBackOff.TotalMilliseconds);
                await Task.Delay(DoorLimits.AcceptBackOff, _time, CancellationToken.None);
            }
        }
    }
}
