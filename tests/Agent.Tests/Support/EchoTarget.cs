using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PrivateConnect.Agent.Tests;

/// <summary>A target that sends back what it gets and ends when its client ends.</summary>
internal sealed class EchoTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _accepted;

    public EchoTarget()
    {
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"127.0.0.1:{Port}";

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Sends a text to a port, ends its own direction, and returns all that comes back.</summary>
    public static async Task<string> AskAsync(int port, string text, IPAddress? address = null)
    {
        var address4 = address ?? IPAddress.Loopback;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var socket = new Socket(address4.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address4, port, limit.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), limit.Token);
        socket.Shutdown(SocketShutdown.Send);
        var answer = new List<byte>();
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var read)
            answer.AddRange(buffer.AsSpan(0, read));
        return Encoding.UTF8.GetString([.. answer]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                clients.Add(EchoAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await stream.CopyToAsync(stream, _stop.Token);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // The test cut it.
        }
    }
}
