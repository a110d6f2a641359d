using System.Net.Sockets;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Door;

/// <summary>What lies under the TLS of a connection, with what an agent's session needs of it.</summary>
internal readonly record struct DoorTransport(Stream Stream, SocketTransport? Transport, RelayLoop? Loop)
{
    /// <summary>
    /// The API door: a relay socket on the next loop, because what comes is known only after the handshake. Until it
    /// coalesces it continues on the thread pool, so HTTP over it never runs on a loop.
    /// </summary>
    public static DoorTransport OnRelay(Socket socket)
    {
        var loop = RelayLoop.Next();
        var transport = new SocketTransport(socket, loop);
        return new DoorTransport(transport, transport, loop);
    }

    /// <summary>The dashboard's door: no agents, so no relay.</summary>
    public static DoorTransport OnPool(Socket socket) => new(new NetworkStream(socket, ownsSocket: false), null, null);
}
