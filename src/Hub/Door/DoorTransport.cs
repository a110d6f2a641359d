using System.Net.Sockets;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Door;

/// <summary>The stream under the TLS of a connection on the API door, with what an agent's session needs of it.</summary>
internal readonly record struct DoorTransport(Stream Stream, SocketTransport? Transport, RelayLoop Loop)
{
    /// <summary>A relay socket on the next loop: what becomes of it is known only after the handshake.</summary>
    public static DoorTransport OnRelay(Socket socket)
    {
        var loop = RelayLoop.Next();
        var transport = new SocketTransport(socket, loop);
        return new DoorTransport(transport, transport, loop);
    }
}
