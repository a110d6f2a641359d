using PrivateConnect.Bench.Workloads;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Bench.Sessions;

/// <summary>A hub's and an agent's session, each on a relay loop of its own, as in two processes.</summary>
internal sealed class SessionRig : IDisposable
{
    private readonly AgentSide _agentSide;
    private readonly Task<SessionEnd> _hubRun;
    private readonly Task<SessionEnd> _agentRun;

    private SessionRig(Stream hub, RelayLoop hubLoop, Stream agent, RelayLoop agentLoop, Action<MuxStream>? opened)
    {
        _agentSide = new AgentSide(opened);
        HubLoop = hubLoop;
        Hub = new Session(hub, SessionRole.Hub, new SessionOptions { Scheduler = hubLoop }, new AgentSide(null));
        var agentSession = new Session(
            agent, SessionRole.Agent, new SessionOptions { Scheduler = agentLoop }, _agentSide);
        _hubRun = Hub.RunAsync();
        _agentRun = agentSession.RunAsync();
    }

    public Session Hub { get; }

    public RelayLoop HubLoop { get; }

    public static SessionRig InMemory()
    {
        var (hubLoop, agentLoop) = (RelayLoop.Next(), RelayLoop.Next());
        var (a, b) = MemoryTransport.CreatePair(hubLoop, agentLoop);
        return new SessionRig(a, hubLoop, b, agentLoop, null);
    }

    /// <summary>Over TLS on loopback TCP. <paramref name="opened"/> takes the agent's streams, with the agent's loop.</summary>
    public static SessionRig OverTls(Action<MuxStream, RelayLoop>? opened = null, bool bySslStream = false)
    {
        var (hubLoop, agentLoop) = (RelayLoop.Next(), RelayLoop.Next());
        var (a, b) = TlsPair.OnLoops(hubLoop, agentLoop, bySslStream);
        return new SessionRig(a, hubLoop, b, agentLoop, opened is null ? null : s => opened(s, agentLoop));
    }

    /// <summary>Opens a stream from the hub and joins both ends; returns when both are attached.</summary>
    public void Open(StreamEnd hubEnd, StreamEnd agentEnd)
    {
        _agentSide.NextEnd = agentEnd;
        _agentSide.Attached.Start(1);
        if (Hub.TryOpen(new OpenRequest("bench", "bench"), hubEnd, out var refusal) is null)
            throw new InvalidOperationException($"The stream was refused: {refusal}.");
        _agentSide.Attached.Wait();
    }

    public void Dispose()
    {
        Hub.Close(SessionEndReason.LocalClose, "done");
        Task.WaitAll(_hubRun, _agentRun);
    }

    private sealed class AgentSide(Action<MuxStream>? opened) : SessionHandler
    {
        public Countdown Attached { get; } = new();

        public StreamEnd? NextEnd { get; set; }

        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
            if (opened is not null)
            {
                opened(stream);
                return;
            }

            stream.Attach(NextEnd!);
            Attached.Count(1);
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }
}
