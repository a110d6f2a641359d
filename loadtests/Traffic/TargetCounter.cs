using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.LoadTests.Traffic;

/// <summary>Asks the target, on a direct connection, how many bytes arrived: an upload counts where it lands.</summary>
internal sealed class TargetCounter(IPEndPoint target) : IDisposable
{
    private readonly Socket _socket = Sockets.Connect(target, Role.Count);

    public IPEndPoint EndPoint => target;

    public long Read()
    {
        Sockets.SendAll(_socket, "?"u8);
        Span<byte> answer = stackalloc byte[8];
        Sockets.ReceiveAll(_socket, answer);
        return BinaryPrimitives.ReadInt64BigEndian(answer);
    }

    public void Dispose() => _socket.Dispose();
}
