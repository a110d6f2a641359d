namespace PrivateConnect.Protocol.Frames;

/// <summary>How a peer broke the protocol. The first bad byte decides; the session ends.</summary>
public enum Violation
{
    /// <summary>Nothing wrong.</summary>
    None = 0,

    /// <summary>The type is neither known nor ignorable.</summary>
    UnknownType = 1,

    /// <summary>A flag is set; version 1 has none.</summary>
    BadFlags = 2,

    /// <summary>The length is outside what the type allows.</summary>
    BadLength = 3,

    /// <summary>The stream id is zero, not zero, of the wrong parity, reused, going back or never opened.</summary>
    BadStreamId = 4,

    /// <summary>The frame is not allowed in this state or from this side.</summary>
    WrongState = 5,

    /// <summary>More data than credit, or a credit that goes back or too far.</summary>
    FlowControl = 6,

    /// <summary>The payload does not decode.</summary>
    BadPayload = 7,
}
