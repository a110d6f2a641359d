namespace PrivateConnect.Protocol.Sessions;

/// <summary>Why a side says GOAWAY (wire values).</summary>
public enum GoAwayCode : ushort
{
    /// <summary>Orderly end.</summary>
    Closing = 0,

    /// <summary>The hub drains: connect again, old streams finish here.</summary>
    Draining = 1,

    /// <summary>A newer session of the same agent took over; do not connect again.</summary>
    Superseded = 2,

    /// <summary>The enrolment was revoked; do not connect again.</summary>
    Revoked = 3,

    /// <summary>The receiver of this frame broke the protocol; the text says how.</summary>
    ProtocolViolation = 4,

    /// <summary>The receiver of this frame flooded.</summary>
    Flood = 5,

    /// <summary>A defect of the sender.</summary>
    InternalError = 6,
}
