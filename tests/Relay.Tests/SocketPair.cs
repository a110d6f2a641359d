using System.Net;
using System.Net.Sockets;
using PrivateConnect.Testing;

namespace PrivateConnect.Relay.Tests;

/// <summary>Two connected loopback sockets, and what tests do with sockets.</summary>
internal static class SocketPair
{
    public static async Task<(Socket A, Socket B)> CreateAsync()
    {
        using var listener = Listen(out var at);
        var a = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connecting = a.ConnectAsync(at);
        var b = await listener.AcceptAsync();
        await connecting;
        return (a, b);
    }

    public static Socket Listen(out IPEndPoint at)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        at = (IPEndPoint)listener.LocalEndPoint!;
        return listener;
    }

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Everything up to the end of data; throws when it is a reset.</summary>
    public static async Task<byte[]> ReadAllAsync(this Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var n = await socket.ReceiveAsync(buffer.AsMemory()).AsTask().WithinCap();
            if (n == 0)
                return all.ToArray();
            await all.WriteAsync(buffer.AsMemory(0, n));
        }
    }

    public static byte[] Pattern(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Closes so that the peer sees a reset.</summary>
    public static void CloseHard(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
