using PrivateConnect.Bench.Workloads;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;

namespace PrivateConnect.Bench.Sessions;

/// <summary>The send queue and its loop alone: 64 streams with messages of 64 bytes, written to nowhere; an operation is one message.</summary>
internal sealed class SendLoopTurns : Workload
{
    private const int Streams = 64;
    private const int Message = 64;

    private readonly Session _session;
    private readonly Task<SessionEnd> _run;
    private readonly MeasuredEnd[] _ends = new MeasuredEnd[Streams];
    private readonly NowhereTransport _transport;

    public SendLoopTurns()
    {
        var loop = RelayLoop.Next();
        _transport = new NowhereTransport(loop);
        // Nobody gives credit here: the first window is for good.
        var options = new SessionOptions { Scheduler = loop, SendWindow = int.MaxValue };
        _session = new Session(_transport, SessionRole.Hub, options, new NoHandler());
        _run = _session.RunAsync();
        for (var i = 0; i < Streams; i++)
        {
            _ends[i] = new MeasuredEnd(Message, static (_, _) => { });
            _session.TryOpen(new OpenRequest("bench", "bench"), _ends[i], out _);
        }
    }

    public override void Run(int operations)
    {
        var each = Math.Max(1, operations / Streams);
        // Payload and header of each message.
        _transport.Written.Start((long)each * Streams * (Message + 8));
        foreach (var end in _ends)
            end.Send((long)each * Message);
        _transport.Written.Wait();
    }

    public override void Dispose()
    {
        _session.Close(SessionEndReason.LocalClose, "done");
        _run.Wait();
    }

    private sealed class NoHandler : SessionHandler
    {
        public override void OnOpen(Protocol.Streams.MuxStream stream, OpenRequest request)
        {
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }
}
