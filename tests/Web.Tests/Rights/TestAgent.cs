using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Checks;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>An agent over the real protocol and TLS: exposes one target under any name, reaches services over a socket pair.</summary>
internal sealed class TestAgent : SessionHandler, IAsyncDisposable
{
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<ControlMessage>> _answers = new();
    private readonly RelayLoop _loop = RelayLoop.Next();
    private TargetEndpoint? _target;
    private Task<SessionEnd> _running = null!;
    private uint _request;

    public Session Session { get; private set; } = null!;

    public Welcome Welcome { get; private set; } = null!;

    public Task<SessionEnd> Ended => _running;

    public static async Task<TestAgent> ConnectAsync(int apiPort, ECDsa key, long place = 0, string version = "test", bool takesShares = false)
    {
        var agent = new TestAgent();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, apiPort);
        var transport = new SocketTransport(socket, agent._loop);
        var binding = Array.Empty<byte>();
        var tls = new SslStream(transport);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [new SslApplicationProtocol(ProtocolLimits.Alpn)],
            // The test's own hub on loopback: its key is not known here and is bound into the proof all the same.
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                (binding = SHA256.HashData(((X509Certificate2)certificate!).PublicKey.ExportSubjectPublicKeyInfo())).Length > 0,
        });
        transport.StartCoalescing();
        var hello = new Hello(
            1, key.ExportSubjectPublicKeyInfo(), "test", version, ProtocolLimits.MaxInitialWindow, RandomNumberGenerator.GetBytes(32))
        {
            Place = place,
            TakesShares = takesShares,
        };
        agent.Welcome = await HandshakeDialer.RunAsync(tls, hello, key, binding, CancellationToken.None);
        agent.Session = new Session(
            tls, SessionRole.Agent, new SessionOptions { SendWindow = agent.Welcome.InitialWindow, Scheduler = agent._loop }, agent);
        agent._running = agent.Session.RunAsync();
        return agent;
    }

    public Task<ControlMessage> ExposeAsync(string name, int port, PublishWish publish = PublishWish.Usual, string allow = "", int wanted = 0)
    {
        Assert.True(TargetEndpoint.TryParse($"127.0.0.1:{port}", out _target, out _));
        return AskAsync(id => new PublishService(id, name, $"127.0.0.1:{port}", wanted) { Publish = publish, Allow = allow });
    }

    public Task<ControlMessage> FindAsync(string name) => AskAsync(id => new FindService(id, name));

    public async Task<ControlMessage> AskAsync(Func<uint, ControlMessage> ask)
    {
        var id = Interlocked.Increment(ref _request);
        var answer = new TaskCompletionSource<ControlMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers[id] = answer;
        Session.TrySend(ask(id));
        return await answer.Task.WaitAsync(Door.Wait.Cap);
    }

    /// <summary>Opens a stream to a service; the client's socket, and how the stream ended.</summary>
    public async Task<(Socket Client, MuxStream? Stream, Task<SpliceResult> Over)> ReachAsync(string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndpoint);
        var over = new TaskCompletionSource<SpliceResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stream = Splice.Open(
            await listener.AcceptSocketAsync(), Session, new OpenRequest(name, "test"), _loop, result => over.TrySetResult(result));
        return (client, stream, over.Task);
    }

    /// <summary>What the hub told of shares, in order.</summary>
    public ConcurrentQueue<ShareService> Shares { get; } = new();

    /// <summary>What is done with a stream; null: as an agent does.</summary>
    public Action<MuxStream, OpenRequest>? Opened { get; set; }

    public override void OnOpen(MuxStream stream, OpenRequest request)
    {
        if (Opened is { } opened)
            opened(stream, request);
        else if (!CheckName.TryParse(request.Service, out var check))
            Splice.Dial(stream, _target!, _loop, null);
        else if (check.Kind == CheckKind.Via)
            Witness.Answer(stream, Session, check.Service, "test");
        else
            new SharedCheck(_target!, null).Answer(stream);
    }

    public override void OnControl(ControlMessage message)
    {
        if (message is ShareService share)
            Shares.Enqueue(share);
        var id = message switch
        {
            ServicePublished m => m.RequestId,
            ServiceFound m => m.RequestId,
            RequestFailed m => m.RequestId,
            _ => 0u,
        };
        if (_answers.TryRemove(id, out var answer))
            answer.TrySetResult(message);
    }

    public async ValueTask DisposeAsync()
    {
        Session.Close(SessionEndReason.LocalClose, "the test is over");
        await _running;
    }
}
