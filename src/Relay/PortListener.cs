using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>Accepts connections on one port, on a loop, and hands each over at once; never awaits a visitor.</summary>
public sealed class PortListener : IAsyncDisposable
{
    /// <summary>Connections the kernel keeps for us: a burst of visitors, not a queue to live in.</summary>
    private const int Backlog = 4096;

    /// <summary>Pause after a shortage of descriptors or memory: neither a busy loop nor a dead port.</summary>
    internal static readonly TimeSpan Shortage = TimeSpan.FromMilliseconds(100);

    private readonly IAsyncDisposable _accepting;

    private PortListener(Socket socket, RelayLoop loop, Action<Socket> accepted)
    {
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _accepting = loop.Accept(socket, accepted);
    }

    /// <summary>The bound address; its port is the real one when 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Binds and listens; two listeners never share a port. <paramref name="accepted"/> takes over each socket, on
    /// <paramref name="loop"/>, and must not block or throw.
    /// </summary>
    /// <exception cref="SocketException">The address cannot be bound; <see cref="SocketError.AddressAlreadyInUse"/> when it is taken.</exception>
    public static PortListener Bind(IPEndPoint endpoint, RelayLoop loop, Action<Socket> accepted)
    {
        ArgumentNullException.ThrowIfNull(loop);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = endpoint.Address.Equals(IPAddress.IPv6Any);
            // On Unix the runtime sets SO_REUSEADDR on bind, which lets a restarted hub take its ports back at once and
            // still refuses a port that somebody listens on.
            socket.Bind(endpoint);
            LocalPath.Unpace(socket, endpoint);
            socket.Listen(Backlog);
            return new PortListener(socket, loop, accepted);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops accepting. Sockets that were handed over live on.</summary>
    public ValueTask DisposeAsync() => _accepting.DisposeAsync();

    /// <summary>A defect of ours must cost one visitor, not the port.</summary>
    internal static void HandOver(Socket accepted, Action<Socket> to)
    {
        try
        {
            to(accepted);
        }
        catch (Exception e)
        {
            accepted.Dispose();
            RelayLoop.Report(e);
        }
    }

    /// <summary>Only this visitor: it left between its SYN and our accept. All else may stay wrong for a while.</summary>
    internal static bool IsPassing(SocketException e) => e.SocketErrorCode
        is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted;
}
