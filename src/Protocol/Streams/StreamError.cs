namespace PrivateConnect.Protocol.Streams;

/// <summary>Why a stream was reset (wire values of RESET; also the words of log, metric and page).</summary>
public enum StreamError : ushort
{
    /// <summary>No error: the stream ended in order.</summary>
    None = 0,

    /// <summary>The socket at the sender's end was reset by its peer.</summary>
    PeerReset = 1,

    /// <summary>The target refused the connection.</summary>
    TargetRefused = 2,

    /// <summary>The target did not answer within the dial limit.</summary>
    TargetTimeout = 3,

    /// <summary>The target's address cannot be reached.</summary>
    TargetUnreachable = 4,

    /// <summary>The target's name does not resolve.</summary>
    TargetUnknownHost = 5,

    /// <summary>No such service on this agent or hub.</summary>
    UnknownService = 6,

    /// <summary>The agent that exposes the service is not connected.</summary>
    AgentAway = 7,

    /// <summary>A memory budget runs out: a new stream is refused, or this one was stalled or held most.</summary>
    Budget = 8,

    /// <summary>Too many live or unanswered streams.</summary>
    TooManyStreams = 9,

    /// <summary>The session that carried the stream ended.</summary>
    SessionLost = 10,

    /// <summary>The service was withdrawn or deleted.</summary>
    ServiceGone = 11,

    /// <summary>Half-closed and idle for longer than the limit.</summary>
    Idle = 12,

    /// <summary>This side is shutting down.</summary>
    Shutdown = 13,

    /// <summary>The local end cancelled the stream.</summary>
    Cancelled = 14,

    /// <summary>A defect of this program.</summary>
    InternalError = 15,

    /// <summary>The agent may not dial the target's address (link-local or metadata range).</summary>
    TargetForbidden = 16,

    /// <summary>The right to use the service ended: revoked, expired, or its port is not for this visitor any more.</summary>
    Revoked = 17,

    /// <summary>Somebody who may ended it by hand.</summary>
    Killed = 18,

    /// <summary>The service is paused at the hub: it takes no new streams, and live ones may be ended with it.</summary>
    Paused = 19,
}
