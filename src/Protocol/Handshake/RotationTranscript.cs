using System.Security.Cryptography;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>What an agent signs with its old and its new key to change from one to the other.</summary>
public static class RotationTranscript
{
    /// <summary>
    /// <c>pconnect/1 rotate</c> ‖ SHA-256(old SPKI) ‖ SHA-256(new SPKI). No nonce: once it was obeyed the old key is
    /// unknown, so it cannot be obeyed twice.
    /// </summary>
    public static byte[] Build(ReadOnlySpan<byte> oldKey, ReadOnlySpan<byte> newKey) =>
        [.. "pconnect/1 rotate"u8, .. SHA256.HashData(oldKey), .. SHA256.HashData(newKey)];
}
