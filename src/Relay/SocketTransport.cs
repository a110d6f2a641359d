using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Relay;

/// <summary>
/// The socket under a session's TLS: unbuffered during the handshake; afterwards it reads ahead and coalesces records, so
/// that a record costs no system call of its own. Put an SslStream on top (leaveInnerStreamOpen: false), authenticate,
/// then call <see cref="StartCoalescing"/>.
/// </summary>
/// <remarks>
/// One reader and one writer at a time. The reading side of TLS may write too (a key update): that append is safe beside
/// the writer and leaves with its next flush, at the latest with the next PING.
/// </remarks>
public sealed class SocketTransport : AsyncOnlyStream, ISocketEvents
{
    /// <summary>Ciphertext that is sent without waiting for a flush.</summary>
    private const int SendAt = 128 * 1024;

    /// <summary>The kernel's queue of unsent bytes is kept this short, so that the writer's order means something.</summary>
    private const int NotSentLowat = 128 * 1024;

    /// <summary>Unacknowledged bytes for this long end the connection: a black hole is not waited out.</summary>
    private const int UserTimeoutMilliseconds = 10_000;

    private const int TcpUserTimeout = 18;
    private const int TcpNotSentLowat = 25;

    /// <summary>Read-ahead and collected records: room for what is sent at once and one more write of TLS.</summary>
    private static readonly BlockPool s_blocks = new(256 * 1024, 32);

    private readonly Socket _socket;
    private readonly SocketWatch _watch;
    private readonly Lock _gate = new();
    private AsyncSignal _readable = new(PipeScheduler.ThreadPool);
    private AsyncSignal _writable = new(PipeScheduler.ThreadPool);
    private bool _coalescing;
    private volatile bool _closed;
    private byte[]? _ahead;
    private int _aheadStart;
    private int _aheadEnd;
    private byte[]? _out;
    private int _outCount;
    private ReadOnlyMemory<byte> _unread;

    /// <summary>Takes over a connected socket.</summary>
    public SocketTransport(Socket socket, RelayLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        socket.NoDelay = true;
        if (OperatingSystem.IsLinux())
        {
            SetRaw(socket, TcpUserTimeout, UserTimeoutMilliseconds);
            SetRaw(socket, TcpNotSentLowat, NotSentLowat);
            LocalPath.Unpace(socket, socket.RemoteEndPoint);
        }

        _socket = socket;
        _watch = loop.Watch(socket, this);
    }

    /// <summary>After the TLS handshake: writes collect until Flush, reads run ahead, both continue on the loop.</summary>
    public void StartCoalescing()
    {
        _readable = new AsyncSignal(PipeScheduler.Inline);
        _writable = new AsyncSignal(PipeScheduler.Inline);
        _coalescing = true;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryRead(buffer.Span, out var count))
                return count;
            await WaitReadableAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_coalescing)
            return SendAsync(buffer, cancellationToken);
        return TryCollect(buffer.Span, out var isFull)
            ? isFull ? new ValueTask(FlushAsync(cancellationToken)) : ValueTask.CompletedTask
            : FlushAndCollectAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        byte[]? block;
        int count;
        lock (_gate)
        {
            (block, count) = (_out, _outCount);
            (_out, _outCount) = (null, 0);
        }

        if (block is null)
            return;
        try
        {
            await SendAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            s_blocks.Return(block);
        }
    }

    /// <summary>Below a transport that keeps its own blocks: one receive. False: nothing now.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    internal bool TryReceive(Span<byte> into, out int count) => Judge(count = _watch.Receive(into));

    /// <summary>Until <see cref="TryReceive"/> may find something.</summary>
    internal ValueTask WaitReadableAsync(CancellationToken cancellation)
    {
        _watch.ArmReadable();
        return WaitAsync(_readable, cancellation);
    }

    /// <summary>What the kernel says of the connection; from any thread.</summary>
    public TcpFigures ReadTcp() => TcpFigures.Read(_socket);

    /// <summary>Puts bytes that were read back in front: who looked at a connection's first bytes hands it on whole.</summary>
    public void Unread(ReadOnlyMemory<byte> bytes) => _unread = bytes;

    void ISocketEvents.OnReadable() => _readable.Set();

    void ISocketEvents.OnWritable() => _writable.Set();

    void ISocketEvents.OnHangup()
    {
        _readable.Set();
        _writable.Set();
    }

    void ISocketEvents.OnConnected(SocketWatch watch, SocketError error)
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _closed)
            return;
        _closed = true;
        _watch.Close(orderly: true);
        _readable.Set();
        _writable.Set();
        lock (_gate)
        {
            if (_out is { } block)
                s_blocks.Return(block);
            _out = null;
        }
    }

    /// <summary>True when the read is over: bytes, the end, or "there is something" for an empty buffer.</summary>
    private bool TryRead(Span<byte> into, out int count)
    {
        count = 0;
        if (!_unread.IsEmpty)
        {
            count = Math.Min(into.Length, _unread.Length);
            _unread.Span[..count].CopyTo(into);
            _unread = _unread[count..];
            return true;
        }

        if (_ahead is null)
        {
            if (!_coalescing && !into.IsEmpty)
            {
                count = _watch.Receive(into);
                return Judge(count);
            }

            var block = s_blocks.Rent();
            var n = _watch.Receive(block);
            if (n <= 0)
            {
                s_blocks.Return(block);
                return Judge(n);
            }

            (_ahead, _aheadStart, _aheadEnd) = (block, 0, n);
        }

        count = Math.Min(into.Length, _aheadEnd - _aheadStart);
        _ahead.AsSpan(_aheadStart, count).CopyTo(into);
        _aheadStart += count;
        if (_aheadStart == _aheadEnd)
        {
            s_blocks.Return(_ahead);
            _ahead = null;
        }

        return true;
    }

    private bool Judge(int received)
    {
        if (received == SocketWatch.Failed || _closed)
            throw Lost();
        return received >= 0;
    }

    private bool TryCollect(ReadOnlySpan<byte> data, out bool isFull)
    {
        lock (_gate)
        {
            isFull = false;
            if (_closed)
                throw Lost();
            _out ??= s_blocks.Rent();
            if (_outCount + data.Length > _out.Length)
                return false;
            data.CopyTo(_out.AsSpan(_outCount));
            _outCount += data.Length;
            isFull = _outCount >= SendAt;
            return true;
        }
    }

    private async ValueTask FlushAndCollectAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        await FlushAsync(cancellation).ConfigureAwait(false);
        if (!TryCollect(buffer.Span, out _))
            await SendAsync(buffer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends all of it; completes when the kernel has taken it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (!data.IsEmpty)
        {
            var n = _watch.Send(data.Span);
            if (n == SocketWatch.Failed || _closed)
                throw Lost();
            if (n > 0)
            {
                data = data[n..];
                continue;
            }

            _watch.ArmWritable();
            await WaitAsync(_writable, cancellation).ConfigureAwait(false);
        }
    }

    private ValueTask WaitAsync(AsyncSignal signal, CancellationToken cancellation) =>
        cancellation.CanBeCanceled ? WaitCancellableAsync(signal, cancellation) : signal.WaitAsync();

    private async ValueTask WaitCancellableAsync(AsyncSignal signal, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static o => ((AsyncSignal)o!).Set(), signal))
            await signal.WaitAsync().ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    private static IOException Lost() => new("The connection was lost.");

    private static void SetRaw(Socket socket, int option, int value)
    {
        try
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(bytes, value);
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, option, bytes);
        }
        catch (SocketException)
        {
            // An old kernel without the option: the heartbeat still finds a dead path, only later.
        }
    }
}
