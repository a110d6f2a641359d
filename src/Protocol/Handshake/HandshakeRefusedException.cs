namespace PrivateConnect.Protocol.Handshake;

/// <summary>The hub answered the handshake with REFUSED.</summary>
public sealed class HandshakeRefusedException : Exception
{
    /// <summary>Wraps the hub's refusal.</summary>
    public HandshakeRefusedException(Refused refusal)
        : base(refusal.Text) => Refusal = refusal;

    /// <summary>What the hub said.</summary>
    public Refused Refusal { get; }
}
