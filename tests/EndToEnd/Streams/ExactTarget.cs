using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.EndToEnd.Streams;

/// <summary>A service that sends a number of pattern bytes to each connection and checks that it receives the same.</summary>
internal sealed class ExactTarget : IAsyncDisposable
{
    private const int Backlog = 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _bytes;
    private readonly Task _acceptLoop;
    private int _exact;

    public ExactTarget(int bytes)
    {
        _bytes = bytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _acceptLoop = AcceptLoopAsync();
    }

    public int Port { get; }

    /// <summary>Connections that brought every byte, and nothing else, to a clean end.</summary>
    public int Exact => Volatile.Read(ref _exact);

    /// <summary>Both directions of one connection at once; true when all came exactly, here.</summary>
    public static async Task<bool> ExchangeAsync(Peer peer, int bytes)
    {
        var reading = peer.ReadToEndAsync();
        await peer.SendPatternAsync(bytes);
        peer.FinishSending();
        return await reading is { IsPrefix: true, Ending: Ending.CleanEnd } received && received.Bytes == bytes;
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
            while (true) _ = ServeAsync(new Peer(await _listener.AcceptAsync()));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed: the way this loop ends.
        }
    }

    private async Task ServeAsync(Peer peer)
    {
        using (peer)
        {
            try
            {
                if (await ExchangeAsync(peer, _bytes)) Interlocked.Increment(ref _exact);
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                // Not counted, which the test tells.
            }
        }
    }
}
