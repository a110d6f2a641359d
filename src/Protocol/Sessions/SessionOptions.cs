using System.IO.Pipelines;
using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>What a session is set up with; immutable.</summary>
public sealed record SessionOptions
{
    /// <summary>Bytes the peer may send on a new stream before the first CREDIT (what we said in HELLO or WELCOME).</summary>
    public int ReceiveWindow { get; init; } = ProtocolLimits.MaxInitialWindow;

    /// <summary>Bytes we may send on a new stream before the first CREDIT (what the peer said).</summary>
    public int SendWindow { get; init; } = ProtocolLimits.MaxInitialWindow;

    /// <summary>Where the loops continue; the relay passes its event loop. Default: the thread pool.</summary>
    public PipeScheduler Scheduler { get; init; } = PipeScheduler.ThreadPool;

    /// <summary>The clock and its tick.</summary>
    public Heartbeat Heartbeat { get; init; } = Heartbeat.Shared;

    /// <summary>Budget of bytes held in queues that contains the session's own. Default: the process's.</summary>
    public HeldBytes Budget { get; init; } = HeldBytes.Process;
}
