using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>Accepts connections on one port and hands each over at once; never awaits a visitor.</summary>
public sealed class PortListener : IAsyncDisposable
{
    /// <summary>Connections the kernel keeps for us: a burst of visitors, not a queue to live in.</summary>
    private const int Backlog = 4096;

    /// <summary>Pause after a shortage of descriptors or memory: neither a busy loop nor a dead port.</summary>
    private static readonly TimeSpan s_shortage = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly Action<Socket> _accepted;
    private readonly Task _loop;

    private PortListener(Socket socket, Action<Socket> accepted)
    {
        _socket = socket;
        _accepted = accepted;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>The bound address; its port is the real one when 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Binds and listens; two listeners never share a port. <paramref name="accepted"/> takes over each socket and must
    /// not block or throw.
    /// </summary>
    /// <exception cref="SocketException">The address cannot be bound; <see cref="SocketError.AddressAlreadyInUse"/> when it is taken.</exception>
    public static PortListener Bind(IPEndPoint endpoint, Action<Socket> accepted)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = endpoint.Address.Equals(IPAddress.IPv6Any);
            // On Unix the runtime sets SO_REUSEADDR on bind, which lets a restarted hub take its ports back at once and
            // still refuses a port that somebody listens on.
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return new PortListener(socket, accepted);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops accepting. Sockets that were handed over live on.</summary>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.NotSocket)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets
                or SocketError.NoBufferSpaceAvailable)
            {
                await Task.Delay(s_shortage, TimeProvider.System).ConfigureAwait(false);
                continue;
            }
            catch (SocketException)
            {
                // The visitor left between its SYN and our accept.
                continue;
            }

            _accepted(accepted);
        }
    }
}
