namespace PrivateConnect.Protocol.Sessions;

/// <summary>Every way a session ends. The first cause wins; log, metric and page use these words.</summary>
public enum SessionEndReason
{
    /// <summary>Not ended.</summary>
    None = 0,

    /// <summary>This side closed it in order.</summary>
    LocalClose = 1,

    /// <summary>The peer said GOAWAY and closed.</summary>
    RemoteClose = 2,

    /// <summary>The transport ended without GOAWAY: the peer or the path died.</summary>
    ConnectionLost = 3,

    /// <summary>Nothing was heard from the peer for the dead interval.</summary>
    Silent = 4,

    /// <summary>The transport took no byte for the stall interval.</summary>
    WriteStalled = 5,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolViolation = 6,

    /// <summary>The peer told us that we broke the protocol.</summary>
    ViolationReported = 7,

    /// <summary>A newer session of the same agent took over.</summary>
    Superseded = 8,

    /// <summary>The agent's enrolment was revoked.</summary>
    Revoked = 9,

    /// <summary>The peer flooded: more resets, pings or control messages than the limits allow.</summary>
    Flood = 10,

    /// <summary>A defect of this program; the log has the details.</summary>
    InternalError = 11,
}
