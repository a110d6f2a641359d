using System.Security.Cryptography;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>The agent's side of the handshake.</summary>
public static class HandshakeDialer
{
    /// <summary>
    /// Runs HELLO, CHALLENGE, PROOF, WELCOME over a fresh transport. Reads not one byte beyond WELCOME.
    /// </summary>
    /// <param name="transport">TLS stream or the bytes after a 101.</param>
    /// <param name="hello">What this agent says of itself.</param>
    /// <param name="key">Private key that belongs to <see cref="Hello.PublicKey"/>.</param>
    /// <param name="binding">SHA-256 of the SPKI of the certificate this connection used, or 32 zero bytes after an Upgrade.</param>
    /// <param name="cancellation">The caller's deadline.</param>
    /// <exception cref="HandshakeRefusedException">The hub refused.</exception>
    /// <exception cref="IOException">The transport ended.</exception>
    public static Task<Welcome> RunAsync(
        Stream transport, Hello hello, ECDsa key, ReadOnlyMemory<byte> binding, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
