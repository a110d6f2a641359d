using System.Security.Cryptography;
using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>The hub's side of the handshake, in two steps so that the hub decides between them.</summary>
public sealed class HandshakeAcceptor
{
    private readonly Stream _transport;
    private readonly byte[] _binding;

    /// <summary>Starts over a fresh transport; <paramref name="binding"/> as in <see cref="ProofTranscript"/>.</summary>
    public HandshakeAcceptor(Stream transport, byte[] binding)
    {
        _transport = transport;
        _binding = binding;
    }

    /// <summary>
    /// Reads HELLO, sends CHALLENGE, reads PROOF and checks it against the HELLO's own key. Null: the handshake was
    /// refused or broken, and the peer was told why; close the transport. The caller continues on the thread pool.
    /// </summary>
    /// <exception cref="IOException">The transport ended.</exception>
    /// <exception cref="ProtocolViolationException">The peer does not speak this protocol.</exception>
    public async Task<Hello?> ProveAsync(CancellationToken cancellation)
    {
        var (type, helloPayload) = await HandshakeFrames.ReadAsync(_transport, cancellation).ConfigureAwait(false);
        if (type != FrameType.Hello)
            throw new ProtocolViolationException(Violation.WrongState, $"{type} where Hello was due");
        if (HandshakeCodec.DecodeHello(helloPayload) is not { } hello)
            return await RefuseAsync(RefusalCode.BadHello, "The HELLO is malformed.", cancellation).ConfigureAwait(false);
        if (hello.Version != ProtocolLimits.Version)
        {
            return await RefuseAsync(
                RefusalCode.Version,
                $"This hub speaks pconnect/{ProtocolLimits.Version}, the agent pconnect/{hello.Version}: upgrade the older one.",
                cancellation).ConfigureAwait(false);
        }

        var challengePayload = HandshakeCodec.Encode(
            new Challenge(ProtocolLimits.Version, RandomNumberGenerator.GetBytes(HandshakeCodec.NonceSize)));
        await HandshakeFrames.WriteAsync(_transport, FrameType.Challenge, challengePayload, cancellation)
            .ConfigureAwait(false);

        (type, var proofPayload) = await HandshakeFrames.ReadAsync(_transport, cancellation).ConfigureAwait(false);
        if (type != FrameType.Proof)
            throw new ProtocolViolationException(Violation.WrongState, $"{type} where Proof was due");
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (HandshakeCodec.DecodeProof(proofPayload) is { } proof
            && IsProved(hello, proof, ProofTranscript.Build(helloPayload, challengePayload, _binding)))
            return hello;
        return await RefuseAsync(
            RefusalCode.BadProof,
            "The signature does not fit this connection: a wrong key, or somebody between agent and hub ends TLS.",
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends WELCOME: the transport now carries a session.</summary>
    public ValueTask WelcomeAsync(Welcome welcome, CancellationToken cancellation) =>
        HandshakeFrames.WriteAsync(_transport, FrameType.Welcome, HandshakeCodec.Encode(welcome), cancellation);

    /// <summary>Sends REFUSED; close the transport afterwards.</summary>
    public ValueTask RefuseAsync(Refused refused, CancellationToken cancellation) =>
        HandshakeFrames.WriteAsync(_transport, FrameType.Refused, HandshakeCodec.Encode(refused), cancellation);

    private async Task<Hello?> RefuseAsync(RefusalCode code, string text, CancellationToken cancellation)
    {
        await RefuseAsync(new Refused(code, 0, text), cancellation).ConfigureAwait(false);
        return null;
    }

    private static bool IsProved(Hello hello, Proof proof, byte[] transcript)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(hello.PublicKey, out var read);
            return read == hello.PublicKey.Length && key.KeySize == 256
                && key.VerifyData(transcript, proof.Signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            // Not a key: the peer's fault, told as a bad proof.
            return false;
        }
    }
}
