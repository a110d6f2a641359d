using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.EndToEnd.Streams;

/// <summary>A service that first names itself with one byte and then sends back what comes.</summary>
internal sealed class EchoTarget : IAsyncDisposable
{
    private const int Backlog = 2_048;
    private const int BufferBytes = 16 * 1024;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte _name;
    private readonly Task _acceptLoop;

    public EchoTarget(byte name)
    {
        _name = name;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _acceptLoop = AcceptLoopAsync();
    }

    public int Port { get; }

    /// <summary>True when a connection to this port reaches the target of that name and an echo comes back.</summary>
    public static async Task<bool> AnswersAsync(int port, byte name)
    {
        try
        {
            using var peer = await Peer.ConnectAsync(port);
            await peer.SendAsync("x"u8.ToArray());
            var answer = await peer.ReadExactlyAsync(2);
            return answer[0] == name && answer[1] == (byte)'x';
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _acceptLoop;
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // Disposed: the way this loop ends.
        }
        catch (ObjectDisposedException)
        {
            // The same, seen a moment later.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var buffer = new byte[BufferBytes];
                await socket.SendAsync(new[] { _name });
                while (await socket.ReceiveAsync(buffer.AsMemory()) is var count and > 0)
                    await socket.SendAsync(buffer.AsMemory(0, count));
            }
            catch (SocketException)
            {
                // Tests end connections in every way there is.
            }
        }
    }
}
