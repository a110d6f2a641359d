using System.Buffers;
using System.Security.Authentication;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// An agent's connection after its TLS 1.3 handshake. Between the session's blocks and the socket lies the cipher and
/// nothing else: no copy, no allocation per record.
/// </summary>
/// <remarks>
/// One reader and one writer at a time, on any threads. A peer's wish for a new key is answered by the writer with its next
/// records, at the latest with the next PING. Why not SslStream: docs/decisions/0009.
/// </remarks>
public sealed class TlsTransport : AsyncOnlyStream
{
    /// <summary>Records under one key: RFC 8446 section 5.5 allows AES-GCM 2^24.5.</summary>
    private const long RecordsPerKey = 1 << 23;

    private readonly SocketTransport _socket;
    private readonly RecordReader _reader;
    private readonly RecordWriter _writer;

    internal TlsTransport(
        SocketTransport socket, TrafficSecret ours, TrafficSecret theirs, ReadOnlySpan<byte> received,
        long recordsPerKey = RecordsPerKey)
    {
        _socket = socket;
        _writer = new RecordWriter(socket, ours, recordsPerKey);
        _reader = new RecordReader(socket, theirs, _writer.WantUpdate);
        _reader.Prepend(received);
    }

    /// <summary>The application protocol that the handshake agreed on.</summary>
    public string? Protocol { get; private init; }

    /// <summary>For a client: the server's certificates in DER, its own first. Nobody has judged them yet.</summary>
    public IReadOnlyList<byte[]> PeerCertificates { get; private init; } = [];

    /// <summary>Read-ahead, and records to send: room for what is sent at once and one more batch. 16 idle ones: 8 MiB.</summary>
    internal static BlockPool Blocks { get; } = new(BlockPool.Large.BlockSize * 2, 16);

    /// <summary>
    /// Runs the handshake on a fresh connection; the caller goes on owning <paramref name="socket"/> until it has the result.
    /// </summary>
    /// <param name="socket">Not yet coalescing.</param>
    /// <param name="context">Side, suites and certificate.</param>
    /// <param name="serverName">For a client: whom it wants to reach.</param>
    /// <param name="cancellation">Ends the waiting; the connection is spoilt then.</param>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public static async Task<TlsTransport> AuthenticateAsync(
        SocketTransport socket, TlsContext context, string? serverName, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(context);
        using var handshake = new TlsHandshake(context, serverName);
        var buffer = ArrayPool<byte>.Shared.Rent(TlsRecord.MaxSize);
        try
        {
            while (!await AdvanceAsync(handshake, socket, cancellation).ConfigureAwait(false))
            {
                var n = await socket.ReadAsync(buffer.AsMemory(0, TlsRecord.MaxSize), cancellation).ConfigureAwait(false);
                if (n == 0)
                    throw new IOException("The connection ended during the TLS handshake.");
                handshake.Feed(buffer.AsSpan(0, n));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var (ours, theirs) = handshake.TakeSecrets();
        return new TlsTransport(socket, ours, theirs, handshake.TakeRest())
        {
            Protocol = handshake.Protocol(),
            PeerCertificates = context.IsServer ? [] : handshake.PeerCertificates(),
        };
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _writer.FlushAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The blocks belong to the reader and the writer, who may be inside them.
        if (disposing)
            _socket.Dispose();
        base.Dispose(disposing);
    }

    private static async ValueTask<bool> AdvanceAsync(
        TlsHandshake handshake, SocketTransport socket, CancellationToken cancellation)
    {
        try
        {
            return handshake.Advance();
        }
        finally
        {
            // An alert too: the peer shall learn why.
            if (handshake.TakeOutput() is { Length: > 0 } output)
                await socket.WriteAsync(output, cancellation).ConfigureAwait(false);
        }
    }
}
