using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>
/// The socket under a session's TLS: unbuffered during the handshake, then reading ahead and coalescing records.
/// Put an SslStream on top (leaveInnerStreamOpen: false), authenticate, then call <see cref="StartCoalescing"/>.
/// </summary>
public sealed class SocketTransport : Stream
{
    /// <summary>Takes over a connected socket (sets NoDelay, TCP_USER_TIMEOUT, TCP_NOTSENT_LOWAT, linger 0).</summary>
    public SocketTransport(Socket socket, RelayLoop loop) => throw new NotSupportedException();

    /// <summary>After the TLS handshake: writes collect until Flush, reads run ahead.</summary>
    public void StartCoalescing() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
