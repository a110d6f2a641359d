namespace PrivateConnect.Relay.Bench;

/// <summary>What a bench stream asks of whoever answers it.</summary>
public enum BenchKind
{
    /// <summary>Sends back what it gets.</summary>
    Echo = 0,

    /// <summary>Takes everything.</summary>
    Sink = 1,

    /// <summary>Sends zeros for as long as they are taken.</summary>
    Source = 2,

    /// <summary>Figures of the answering process and of its end of the bench's streams, and the end.</summary>
    Report = 3,

    /// <summary>Connects to the service's target, says how long that took (microseconds, 64 bits), and ends.</summary>
    Dial = 4,

    /// <summary>As a usual stream of the service: its target gets the bytes. Asked for by a person only.</summary>
    Send = 5,
}
