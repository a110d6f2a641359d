using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PrivateConnect.Testing;

/// <summary>A listener on loopback that treats every connection as a test says, and counts what it was sent.</summary>
internal sealed class ScriptedTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<NetworkStream, Task> _serve;
    private readonly Task _accepting;
    private int _connections;
    private long _received;

    public ScriptedTarget(Func<NetworkStream, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Connections => Volatile.Read(ref _connections);

    public long Received => Volatile.Read(ref _received);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Reads the request as far as it comes in one piece, then answers.</summary>
    public static ScriptedTarget Answering(string answer) => new(async stream =>
    {
        if (await stream.ReadAsync(new byte[4096]) > 0)
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
    });

    /// <summary>Takes connections and says nothing until the other side goes.</summary>
    public static ScriptedTarget Silent() => new(static stream => Task.CompletedTask);

    /// <summary>TLS with a certificate of those dates; after <paramref name="first"/> bytes of another protocol, if any.</summary>
    public static ScriptedTarget Tls(DateTimeOffset from, DateTimeOffset until, byte[]? answerFirst = null, string subject = "CN=old") => new(async stream =>
    {
        if (answerFirst is not null)
        {
            await stream.ReadExactlyAsync(new byte[8]);
            await stream.WriteAsync(answerFirst);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(from, until);
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(made);
        await tls.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray());
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync()));
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test is over.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(stream);
            // Until the other side hangs up.
            var rest = new byte[4096];
            while (await stream.ReadAsync(rest) is > 0 and var count)
                Interlocked.Add(ref _received, count);
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // Hung up.
        }
    }
}
