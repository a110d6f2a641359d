using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.LoadTests.Traffic;

/// <summary>Blocking sockets with large buffers: the cheapest way there is to move bytes from .NET on few cores.</summary>
internal static class Sockets
{
    /// <summary>Large enough that system calls do not count, small enough to stay in the second-level cache.</summary>
    public const int BulkBytes = 256 * 1024;

    public const int MessageBytes = 64;

    /// <summary>A page of an answer: more than a message, less than a turn of a stream.</summary>
    public const int PageBytes = 16 * 1024;

    /// <summary>A measurement that hangs ends with an error instead of holding the run.</summary>
    private const int StallMilliseconds = 30_000;

    public static Socket Connect(IPEndPoint to, byte role)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = StallMilliseconds,
            SendTimeout = StallMilliseconds,
        };
        try
        {
            socket.Connect(to);
            SendAll(socket, [role]);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>Fills the span; false when the other side ended first.</summary>
    public static bool TryReceiveAll(Socket socket, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var count = socket.Receive(into);
            if (count == 0) return false;
            into = into[count..];
        }

        return true;
    }

    public static void ReceiveAll(Socket socket, Span<byte> into)
    {
        if (!TryReceiveAll(socket, into)) throw new IOException("The connection ended in the middle of a message.");
    }
}
