namespace PrivateConnect.Protocol.Handshake;

/// <summary>Agent → hub: ECDSA signature (SHA-256, IEEE P1363, 64 bytes) over the transcript.</summary>
/// <param name="Signature">64 bytes.</param>
public sealed record Proof(byte[] Signature);
