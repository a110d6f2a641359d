namespace PrivateConnect.Protocol.Streams;

/// <summary>Where a stream stands with the writer; changed under the send queue's lock only.</summary>
internal enum SendPhase
{
    /// <summary>No end yet.</summary>
    Detached = 0,

    /// <summary>The end had nothing; it will signal.</summary>
    Parked = 1,

    /// <summary>In the queue.</summary>
    Queued = 2,

    /// <summary>The writer has it.</summary>
    Pulling = 3,

    /// <summary>The writer has it, and the end signalled meanwhile.</summary>
    PullingSignalled = 4,

    /// <summary>The end may have bytes; the peer's limit is reached.</summary>
    OutOfCredit = 5,

    /// <summary>FIN or RESET: nothing more is sent.</summary>
    Done = 6,
}
