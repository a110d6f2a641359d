using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>Accepts connections on one port and hands each over at once; never awaits a visitor.</summary>
public sealed class PortListener : IAsyncDisposable
{
    private PortListener() => throw new NotSupportedException();

    /// <summary>Binds exclusively and listens. <paramref name="accepted"/> takes over each socket and must not block or throw.</summary>
    /// <exception cref="SocketException">The address cannot be bound; <see cref="SocketError.AddressAlreadyInUse"/> when it is taken.</exception>
    public static PortListener Bind(IPEndPoint endpoint, Action<Socket> accepted) => throw new NotSupportedException();

    /// <summary>The bound address; its port is the real one when 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint => throw new NotSupportedException();

    /// <summary>Stops accepting. Sockets that were handed over live on.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
