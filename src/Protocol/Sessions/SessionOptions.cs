using System.IO.Pipelines;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>What a session is set up with; immutable.</summary>
public sealed record SessionOptions
{
    /// <summary>Bytes the peer may send on a new stream before the first CREDIT (what we said in HELLO or WELCOME). Default 256 KiB.</summary>
    public int ReceiveWindow { get; init; } = 256 * 1024;

    /// <summary>Bytes we may send on a new stream before the first CREDIT (what the peer said). Default 256 KiB.</summary>
    public int SendWindow { get; init; } = 256 * 1024;

    /// <summary>Where the loops continue; the relay passes its event loop. Default: the thread pool.</summary>
    public PipeScheduler Scheduler { get; init; } = PipeScheduler.ThreadPool;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
