namespace PrivateConnect.Protocol.Frames;

/// <summary>The peer broke the contract during the handshake; carries how and where.</summary>
public sealed class ProtocolViolationException : Exception
{
    /// <summary>Names the violation and the place.</summary>
    public ProtocolViolationException(Violation violation, string place)
        : base($"{violation} ({place})") => Violation = violation;

    /// <summary>How the contract was broken.</summary>
    public Violation Violation { get; }
}
