using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>A TCP proxy on loopback whose answers take as long as the test says.</summary>
public sealed class SlowProxy : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _ending = new();
    private readonly int _target;
    private readonly Task _loop;
    private volatile Delaying _delaying = new(TimeSpan.Zero);

    public SlowProxy(int target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _loop = AcceptLoopAsync();
    }

    private sealed record Delaying(TimeSpan Delay)
    {
        public CancellationTokenSource Over { get; } = new();
    }

    public int Port { get; }

    /// <summary>From now on each answer waits this long; those that wait already go on at once.</summary>
    public void SetDelay(TimeSpan delay)
    {
        var before = _delaying;
        _delaying = new Delaying(delay);
        before.Over.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _loop;
        _ending.Dispose();
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync(_ending.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
                // Either end of one way ends the other: both sockets go with this method.
                await Task.WhenAny(CopyAsync(client, server, slow: false), CopyAsync(server, client, slow: true));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                // The server is away.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool slow)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(), _ending.Token) is var count and > 0)
            {
                if (slow) await DelayAsync();
                await to.SendAsync(buffer.AsMemory(0, count), _ending.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The way this ends.
        }
    }

    private async Task DelayAsync()
    {
        var delaying = _delaying;
        if (delaying.Delay == TimeSpan.Zero) return;
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(delaying.Over.Token, _ending.Token);
            await Task.Delay(delaying.Delay, over.Token);
        }
        catch (OperationCanceledException)
        {
            // The test changed its mind.
        }
    }
}
