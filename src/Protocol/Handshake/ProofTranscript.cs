using System.Security.Cryptography;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>
/// What PROOF signs: <c>pconnect/1 proof</c> ‖ SHA-256(HELLO payload ‖ CHALLENGE payload) ‖ binding. The binding is the
/// SHA-256 of the SPKI of the certificate that this connection used, or 32 zero bytes where the hub ended no TLS itself,
/// so a signature made for one connection is worth nothing on another.
/// </summary>
public static class ProofTranscript
{
    /// <summary>Builds the bytes to sign.</summary>
    public static byte[] Build(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> binding)
    {
        if (binding.Length != HandshakeCodec.NonceSize)
            throw new ArgumentException("A binding has 32 bytes.", nameof(binding));
        var label = "pconnect/1 proof"u8;
        var bytes = new byte[label.Length + SHA256.HashSizeInBytes + binding.Length];
        label.CopyTo(bytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(hello);
        hash.AppendData(challenge);
        hash.GetHashAndReset(bytes.AsSpan(label.Length));
        binding.CopyTo(bytes.AsSpan(label.Length + SHA256.HashSizeInBytes));
        return bytes;
    }
}
