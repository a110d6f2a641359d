namespace PrivateConnect.Protocol.Handshake;

/// <summary>Hub → agent: prove that the key of the HELLO is yours.</summary>
/// <param name="Version">The version that this session speaks.</param>
/// <param name="Nonce">32 random bytes, never repeated.</param>
public sealed record Challenge(int Version, byte[] Nonce);
