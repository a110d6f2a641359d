namespace PrivateConnect.Protocol.Streams;

/// <summary>What moves a stream from one state to the next.</summary>
public enum StreamEvent
{
    /// <summary>We open it.</summary>
    SendOpen = 0,

    /// <summary>The peer opens it.</summary>
    ReceiveOpen = 1,

    /// <summary>Our end is attached.</summary>
    SendOpened = 2,

    /// <summary>The peer's end is attached.</summary>
    ReceiveOpened = 3,

    /// <summary>We send data.</summary>
    SendData = 4,

    /// <summary>Data arrives.</summary>
    ReceiveData = 5,

    /// <summary>We end our direction.</summary>
    SendFin = 6,

    /// <summary>The peer ends its direction.</summary>
    ReceiveFin = 7,

    /// <summary>We reset.</summary>
    SendReset = 8,

    /// <summary>The peer resets.</summary>
    ReceiveReset = 9,

    /// <summary>Credit arrives.</summary>
    ReceiveCredit = 10,
}
