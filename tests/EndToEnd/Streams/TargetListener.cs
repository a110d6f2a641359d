using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.EndToEnd.Streams;

/// <summary>The service behind the path, in the test's own hands.</summary>
internal sealed class TargetListener : IDisposable
{
    private const int Backlog = 2_048;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TargetListener()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(Backlog);
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public async Task<Peer> AcceptAsync()
    {
        using var cap = new CancellationTokenSource(Until.Cap);
        var accepted = await _socket.AcceptAsync(cap.Token);
        accepted.NoDelay = true;
        return new Peer(accepted);
    }

    public void Dispose() => _socket.Dispose();
}
