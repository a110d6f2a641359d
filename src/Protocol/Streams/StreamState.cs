namespace PrivateConnect.Protocol.Streams;

/// <summary>Where a stream stands on the wire, seen from one side (docs/protocol.md, "Life of a stream").</summary>
public enum StreamState
{
    /// <summary>Not opened.</summary>
    Idle = 0,

    /// <summary>We sent OPEN; OPENED has not come. Data may be sent.</summary>
    Opening = 1,

    /// <summary>As <see cref="Opening"/>, and we sent FIN.</summary>
    OpeningFin = 2,

    /// <summary>The peer sent OPEN; our end is not attached. Data may arrive.</summary>
    Offered = 3,

    /// <summary>As <see cref="Offered"/>, and the peer sent FIN.</summary>
    OfferedFin = 4,

    /// <summary>Both directions flow.</summary>
    Open = 5,

    /// <summary>We sent FIN.</summary>
    LocalClosed = 6,

    /// <summary>The peer sent FIN.</summary>
    RemoteClosed = 7,

    /// <summary>Both sent FIN, or one sent RESET.</summary>
    Closed = 8,
}
