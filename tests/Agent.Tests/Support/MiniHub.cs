using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;
using PrivateConnect.Testing;

namespace PrivateConnect.Agent.Tests;

/// <summary>Just enough of a hub: handshake, ports, names and routing, over the real protocol.</summary>
internal sealed class MiniHub : IAsyncDisposable
{
    private readonly X509Certificate2? _certificate;
    private readonly bool _speaksFrames;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<MiniHubSession, bool> _sessions = new();
    private readonly TcpListener _listener;
    private readonly Task _accepting;

    /// <param name="port">Of the hub that this one stands in for; 0: one that nobody takes while the hub is away.</param>
    /// <param name="certificate">Ends TLS with it.</param>
    /// <param name="speaksFrames">With TLS: offers pconnect/1; else only HTTP, as a proxy does.</param>
    public MiniHub(int port = 0, X509Certificate2? certificate = null, bool speaksFrames = true)
    {
        (_certificate, _speaksFrames) = (certificate, speaksFrames);
        _listener = new TcpListener(IPAddress.Loopback, port == 0 ? FreePorts.One() : port);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public HubAddress Address => new("127.0.0.1", Port, _certificate is not null);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Refuse every handshake with this.</summary>
    public RefusalCode? Refusal { get; set; }

    /// <summary>Refuse every publish with this.</summary>
    public RequestFailure? PublishRefusal { get; set; }

    /// <summary>The answer to every diagnosis; null: an older hub, which makes none.</summary>
    public string? Diagnosis { get; set; }

    /// <summary>What agents asked to publish, in order.</summary>
    public ConcurrentQueue<PublishService> Published { get; } = new();

    public ConcurrentDictionary<string, MiniHubSession> Services { get; } = new();

    /// <summary>Asks agents for reports.</summary>
    public int ReportPeriod { get; set; }

    /// <summary>What agents told of themselves, in order.</summary>
    public ConcurrentQueue<AgentReport> Reports { get; } = new();

    public ConcurrentBag<string> Heads { get; } = [];

    public int SessionCount => _sessions.Count;

    public void CloseSessions(SessionEndReason reason)
    {
        foreach (var session in _sessions.Keys)
            session.Session.Close(reason, "the test wants it");
    }

    /// <summary>Tells every agent.</summary>
    public void Tell(ControlMessage message)
    {
        foreach (var session in _sessions.Keys)
            session.Session.TrySend(message);
    }

    public void SayGoAway(GoAwayCode code)
    {
        foreach (var session in _sessions.Keys)
            session.Session.SendGoAway(code, TimeSpan.Zero, "the test wants it");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        while (!_accepting.IsCompleted)
        {
            CloseSessions(SessionEndReason.ConnectionLost);
            await Task.WhenAny(_accepting, Task.Delay(20));
        }
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed by the test.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        var loop = RelayLoop.Next();
        var transport = new SocketTransport(socket, loop);
        Stream stream = transport;
        try
        {
            var binding = new byte[32];
            var frames = false;
            if (_certificate is not null)
            {
                var tls = new SslStream(transport);
                stream = tls;
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _certificate,
                        ApplicationProtocols = _speaksFrames ? [TlsSettings.Frames, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
                    },
                    _stop.Token);
                frames = tls.NegotiatedApplicationProtocol == TlsSettings.Frames;
            }

            if (frames)
                binding = HubPin.Hash(_certificate!);
            else
                await SwitchAsync(stream);
            transport.StartCoalescing();
            var acceptor = new HandshakeAcceptor(stream, binding);
            var hello = await acceptor.ProveAsync(_stop.Token);
            await Task.Yield();
            if (hello is null)
                throw new IOException("not proved");
            if (Refusal is { } code)
            {
                await acceptor.RefuseAsync(new Refused(code, 0, $"refused: {code}"), _stop.Token);
                await stream.FlushAsync(_stop.Token);
                throw new IOException("refused");
            }

            await acceptor.WelcomeAsync(new Welcome("agent-1", hello.Label, "default", "test", 256 * 1024, 1, 0) { ReportPeriod = ReportPeriod }, _stop.Token);
            var session = new MiniHubSession(this, stream, loop, hello);
            _sessions[session] = true;
            await session.RunAsync();
            _sessions.TryRemove(session, out _);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or PrivateConnect.Protocol.Frames.ProtocolViolationException)
        {
            await stream.DisposeAsync();
        }
    }

    private async Task SwitchAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        Heads.Add(head.ToString());
        await stream.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: pconnect/1\r\n\r\n"u8.ToArray(), _stop.Token);
        await stream.FlushAsync(_stop.Token);
    }
}
