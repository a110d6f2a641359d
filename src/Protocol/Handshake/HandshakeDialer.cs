using System.Security.Cryptography;
using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>The agent's side of the handshake.</summary>
public static class HandshakeDialer
{
    /// <summary>
    /// Runs HELLO, CHALLENGE, PROOF, WELCOME over a fresh transport. Reads not one byte beyond WELCOME. The caller
    /// continues on the thread pool.
    /// </summary>
    /// <param name="transport">TLS stream or the bytes after a 101.</param>
    /// <param name="hello">What this agent says of itself.</param>
    /// <param name="key">Private key that belongs to <see cref="Hello.PublicKey"/>.</param>
    /// <param name="binding">SHA-256 of the SPKI of the certificate this connection used, or 32 zero bytes after an Upgrade.</param>
    /// <param name="cancellation">The caller's deadline.</param>
    /// <exception cref="HandshakeRefusedException">The hub refused.</exception>
    /// <exception cref="ProtocolViolationException">The other side does not speak this protocol.</exception>
    /// <exception cref="IOException">The transport ended.</exception>
    public static async Task<Welcome> RunAsync(
        Stream transport, Hello hello, ECDsa key, ReadOnlyMemory<byte> binding, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(key);
        var helloPayload = HandshakeCodec.Encode(hello);
        await HandshakeFrames.WriteAsync(transport, FrameType.Hello, helloPayload, cancellation).ConfigureAwait(false);

        var challengePayload = await ExpectAsync(transport, FrameType.Challenge, cancellation).ConfigureAwait(false);
        var challenge = HandshakeCodec.DecodeChallenge(challengePayload)
            ?? throw new ProtocolViolationException(Violation.BadPayload, "CHALLENGE");
        if (challenge.Version != ProtocolLimits.Version)
            throw new ProtocolViolationException(Violation.BadPayload, $"the hub chose version {challenge.Version}");

        var signature = key.SignData(
            ProofTranscript.Build(helloPayload, challengePayload, binding.Span), HashAlgorithmName.SHA256);
        await HandshakeFrames.WriteAsync(
            transport, FrameType.Proof, HandshakeCodec.Encode(new Proof(signature)), cancellation).ConfigureAwait(false);

        var welcome = HandshakeCodec.DecodeWelcome(
            await ExpectAsync(transport, FrameType.Welcome, cancellation).ConfigureAwait(false))
            ?? throw new ProtocolViolationException(Violation.BadPayload, "WELCOME");

        // The caller's code must not run on the event loop that completed the read.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return welcome;
    }

    private static async ValueTask<byte[]> ExpectAsync(
        Stream transport, FrameType expected, CancellationToken cancellation)
    {
        var (type, payload) = await HandshakeFrames.ReadAsync(transport, cancellation).ConfigureAwait(false);
        if (type == expected)
            return payload;
        if (type == FrameType.Refused && HandshakeCodec.DecodeRefused(payload) is { } refused)
            throw new HandshakeRefusedException(refused);
        throw new ProtocolViolationException(Violation.WrongState, $"{type} where {expected} was due");
    }
}
