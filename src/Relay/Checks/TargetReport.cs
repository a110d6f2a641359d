namespace PrivateConnect.Relay.Checks;

/// <summary>What an agent found at its own target. On the wire as JSON; the reader takes it for the sender's word.</summary>
public sealed record TargetReport(TargetOutcome Outcome)
{
    /// <summary>The longest text in it, characters.</summary>
    public const int MaxText = 256;

    /// <summary>The address that took the connection, or the last one tried.</summary>
    public string? Address { get; init; }

    /// <summary>Looking the name up; null for an address.</summary>
    public double? ResolveMs { get; init; }

    /// <summary>TCP connect.</summary>
    public double? ConnectMs { get; init; }

    /// <summary>What was spoken.</summary>
    public ServiceProtocol Protocol { get; init; }

    /// <summary>The owner named the protocol; else it was taken from the port.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Null where nothing was said.</summary>
    public SpeechOutcome? Speech { get; init; }

    /// <summary>From the first word to the first byte of the answer in the protocol.</summary>
    public double? AnswerMs { get; init; }

    /// <summary>Whether the connection went on over TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>Null without TLS.</summary>
    public CertificateReport? Certificate { get; init; }

    /// <summary>Of GET /.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Its words beside it.</summary>
    public string? HttpReason { get; init; }
}
