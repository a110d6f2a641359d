using System.Buffers.Binary;
using System.Net.Sockets;

namespace PrivateConnect.Relay.Bench;

/// <summary>What the kernel says of a connection (Linux, TCP_INFO); times in microseconds, zero where it says nothing.</summary>
/// <param name="RoundTrip">Smoothed.</param>
/// <param name="LeastRoundTrip">Of the last minutes.</param>
/// <param name="Retransmits">Segments sent again, so far.</param>
/// <param name="Segments">Segments sent, so far.</param>
/// <param name="PeerLimited">Time in which the peer's buffer took no more, so far.</param>
/// <param name="BufferLimited">Time in which our send buffer was too small, so far.</param>
public readonly record struct TcpFigures(
    long RoundTrip, long LeastRoundTrip, long Retransmits, long Segments, long PeerLimited, long BufferLimited)
{
    private const int TcpInfo = 11;
    private const int Size = 192;

    internal static TcpFigures Read(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return default;
        // struct tcp_info of linux/tcp.h; older kernels fill less of it.
        Span<byte> info = stackalloc byte[Size];
        info.Clear();
        try
        {
            socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return default;
        }

        return new TcpFigures(
            Int(info[68..]), Int(info[148..]), Int(info[100..]), Int(info[136..]), Long(info[176..]), Long(info[184..]));
    }

    private static long Int(ReadOnlySpan<byte> at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private static long Long(ReadOnlySpan<byte> at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt64LittleEndian(at) : BinaryPrimitives.ReadInt64BigEndian(at);
}
