using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.EndToEnd.Streams;

/// <summary>A service that sends without end to whoever connects, and counts what the kernel took.</summary>
internal sealed class FloodTarget : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>No byte taken for so long, while everything is local, means that all buffers are full.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(1);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _acceptLoop;
    private long _sent;
    private int _connections;

    public FloodTarget()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _acceptLoop = AcceptLoopAsync();
    }

    public int Port { get; }

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Until so many connections were accepted and none of them takes a byte more.</summary>
    public async Task WaitForStandstillAsync(int connections)
    {
        long last = -1;
        await Until.TrueAsync(
            async () =>
            {
                var now = Sent;
                if (now == last && now > 0 && Volatile.Read(ref _connections) >= connections) return true;
                last = now;
                await Task.Delay(Standstill);
                return false;
            },
            "the target's sending stands still while nobody reads",
            TimeSpan.FromMinutes(1));
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
            while (true)
            {
                _ = SendAsync(await _listener.AcceptAsync());
                Interlocked.Increment(ref _connections);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed: the way this loop ends.
        }
    }

    private async Task SendAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var chunk = new byte[ChunkBytes];
                while (true) Interlocked.Add(ref _sent, await socket.SendAsync(chunk.AsMemory()));
            }
            catch (SocketException)
            {
                // The stalled client went away.
            }
        }
    }
}
