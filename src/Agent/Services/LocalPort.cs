using System.Net;
using System.Net.Sockets;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>A port of this machine that <c>reach</c> listens on: 127.0.0.1, and ::1 where there is one.</summary>
internal sealed class LocalPort : IAsyncDisposable
{
    /// <summary>How many ports above the wished one are tried before any free one is taken.</summary>
    private const int Neighbours = 20;

    private readonly PortListener _v4;
    private readonly PortListener? _v6;

    private LocalPort(PortListener v4, PortListener? v6) => (_v4, _v6) = (v4, v6);

    public int Number => _v4.LocalEndPoint.Port;

    /// <summary>Listens on exactly this port. <paramref name="accepted"/> is called on the loop, which is that of the link's session.</summary>
    public static async Task<LocalPort> BindAsync(int port, RelayLoop loop, Action<Socket> accepted)
    {
        try
        {
            return await ListenAsync(port, loop, accepted);
        }
        catch (SocketException error)
        {
            var why = error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens there",
                SocketError.AccessDenied => "ports below 1024 need more rights",
                _ => error.SocketErrorCode.ToString(),
            };
            throw new AgentFailure(ExitCode.LocalPort, $"cannot listen on port {port} of this machine: {why}; choose another with --port");
        }
    }

    /// <summary>Listens on the wished port, else on the next free one.</summary>
    public static async Task<LocalPort> BindNearAsync(int wished, RelayLoop loop, Action<Socket> accepted)
    {
        for (var port = wished; wished != 0 && port <= Math.Min(wished + Neighbours, IPEndPoint.MaxPort); port++)
        {
            try
            {
                return await ListenAsync(port, loop, accepted);
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                // The next one, then.
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AccessDenied)
            {
                break;
            }
        }

        return await BindAsync(0, loop, accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await _v4.DisposeAsync();
        if (_v6 is not null)
            await _v6.DisposeAsync();
    }

    private static async Task<LocalPort> ListenAsync(int port, RelayLoop loop, Action<Socket> accepted)
    {
        var v4 = PortListener.Bind(new IPEndPoint(IPAddress.Loopback, port), loop, accepted);
        if (!Socket.OSSupportsIPv6)
            return new LocalPort(v4, null);
        try
        {
            return new LocalPort(v4, PortListener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, v4.LocalEndPoint.Port), loop, accepted));
        }
        catch (SocketException error) when (port == 0 || error.SocketErrorCode is not SocketError.AddressAlreadyInUse)
        {
            return new LocalPort(v4, null);
        }
        catch (SocketException)
        {
            // A stranger listens on ::1 there, and "localhost" might mean him: the port counts as taken.
            await v4.DisposeAsync();
            throw;
        }
    }
}
