namespace PrivateConnect.Protocol.Handshake;

/// <summary>First frame of a session, agent → hub.</summary>
/// <param name="Version">Protocol version the agent speaks; 1.</param>
/// <param name="PublicKey">The agent's identity: ECDSA P-256 SubjectPublicKeyInfo, DER.</param>
/// <param name="Label">The machine's label, for people.</param>
/// <param name="AgentVersion">Version of the agent's program, for people.</param>
/// <param name="InitialWindow">Bytes the hub may send on a new stream before the first CREDIT.</param>
/// <param name="Nonce">32 random bytes.</param>
public sealed record Hello(
    int Version, byte[] PublicKey, string Label, string AgentVersion, int InitialWindow, byte[] Nonce)
{
    /// <summary>A number for the machine and folder that the agent runs with; 0 from older agents. Tells a reconnect from a copy.</summary>
    public long Place { get; init; }

    /// <summary>Whether the agent takes <c>ShareService</c>; an older one would end the session over it.</summary>
    public bool TakesShares { get; init; }
}
