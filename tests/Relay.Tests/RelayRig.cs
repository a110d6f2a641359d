using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Testing;

using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>A hub's and an agent's session over a loopback connection, a visitor port and a target: the data path without TLS.</summary>
internal sealed class RelayRig : IAsyncDisposable
{
    private readonly Task<SessionEnd> _hubRun;
    private readonly Task<SessionEnd> _agentRun;
    private readonly PortListener _port;

    private RelayRig(Session hub, Session agent, RelayLoop loop, TargetEndpoint target, AgentSide side)
    {
        Hub = hub;
        Agent = agent;
        side.Target = target;
        Results = side;
        _port = PortListener.Bind(
            new IPEndPoint(IPAddress.Loopback, 0),
            loop,
            s => side.Streams.Enqueue(
                Splice.Open(s, hub, new OpenRequest("web", "visitor"), loop, side.HubEnds.Enqueue)!));
        _hubRun = hub.RunAsync();
        _agentRun = agent.RunAsync();
    }

    public Session Hub { get; }

    public Session Agent { get; }

    public AgentSide Results { get; }

    public IPEndPoint Port => _port.LocalEndPoint;

    public static TheoryData<string> Loops { get; } = OperatingSystem.IsLinux() ? ["epoll", "portable"] : ["portable"];

    public static RelayLoop LoopOf(string name) => name == "epoll" ? s_epoll.Value : s_portable.Value;

    private static readonly Lazy<RelayLoop> s_epoll = new(() => new EpollLoop());
    private static readonly Lazy<RelayLoop> s_portable = new(() => new PortableLoop());

    public static async Task<RelayRig> StartAsync(string loopName, TargetEndpoint target)
    {
        var loop = LoopOf(loopName);
        var (a, b) = await SocketPair.CreateAsync();
        var side = new AgentSide(loop);
        var hub = new Session(
            Transport(a, loop), SessionRole.Hub, new SessionOptions { Scheduler = loop }, new HubSide());
        var agent = new Session(Transport(b, loop), SessionRole.Agent, new SessionOptions { Scheduler = loop }, side);
        return new RelayRig(hub, agent, loop, target, side);
    }

    public async Task<Socket> VisitAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Port);
        return socket;
    }

    public void Lose() => Hub.Close(SessionEndReason.InternalError, "the test ends it");

    public async ValueTask DisposeAsync()
    {
        await _port.DisposeAsync();
        Hub.Close(SessionEndReason.LocalClose, "done");
        await _hubRun.WithinCap();
        await _agentRun.WithinCap();
    }

    private static SocketTransport Transport(Socket socket, RelayLoop loop)
    {
        var transport = new SocketTransport(socket, loop);
        transport.StartCoalescing();
        return transport;
    }

    internal sealed class AgentSide(RelayLoop loop) : SessionHandler
    {
        public TargetEndpoint Target { get; set; } = null!;

        public System.Collections.Concurrent.ConcurrentQueue<MuxStream> Streams { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<SpliceResult> HubEnds { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<SpliceResult> AgentEnds { get; } = new();

        /// <summary>What is done with a stream; null: the target is dialled.</summary>
        public Action<MuxStream, OpenRequest>? Opened { get; set; }

        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
            if (Opened is { } opened)
                opened(stream, request);
            else
                Splice.Dial(stream, Target, loop, AgentEnds.Enqueue);
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }

    private sealed class HubSide : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request) => stream.Reset(StreamError.UnknownService);

        public override void OnControl(ControlMessage message)
        {
        }
    }
}
