using System.Buffers;
using System.Runtime.CompilerServices;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// The receiving half of a connection after its handshake: reads ahead and opens records straight into the reader's block.
/// One reader at a time.
/// </summary>
internal sealed class RecordReader(SocketTransport socket, TrafficSecret secret, Action peerWantsUpdate)
{
    /// <summary>
    /// Records without data (empty ones, key updates, tickets) beyond those with: nobody needs more, each costs us a
    /// decryption or a new key, and a read that only meets such records keeps its loop. More: the connection is broken.
    /// </summary>
    private const int MaxWithoutData = 32;

    /// <summary>
    /// Read-ahead until the first read of a session's size: nobody is authenticated before, and 512 strangers with half a
    /// record each must not hold 256 MB (DoorLimits counts 40 KB for each).
    /// </summary>
    private static readonly BlockPool s_first = new(32 * 1024, 32);

    private readonly RecordCipher _cipher = RecordCipher.Create(secret, seals: false);
    private BlockPool _blocks = s_first;
    private byte[]? _ahead;
    private int _start;
    private int _end;
    private ArraySegment<byte> _staged;
    private PostHandshake _postHandshake;
    private int _withoutData;

    /// <summary>Ends a read that has data: a key costs as much as many records, and who reads gives others their turn.</summary>
    private bool _keyChanged;

    private bool _ended;

    /// <summary>Bytes that came behind the handshake, before the first read.</summary>
    public void Prepend(ReadOnlySpan<byte> received)
    {
        if (received.IsEmpty)
            return;
        _ahead = PoolOf(received.Length).Rent();
        received.CopyTo(_ahead);
        _end = received.Length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        int count;
        if (buffer.Length > s_first.BlockSize)
            _blocks = TlsTransport.Blocks;
        while (!TryRead(buffer.Span, out count))
            await socket.WaitReadableAsync(cancellation).ConfigureAwait(false);
        return count;
    }

    /// <summary>True when the read is over: bytes, the end, or "there is something" for an empty buffer.</summary>
    private bool TryRead(Span<byte> into, out int count)
    {
        count = 0;
        while (true)
        {
            _keyChanged = false;
            if (_staged.Count > 0)
            {
                count = TakeStaged(into);
                return true;
            }

            while (NextSize() is var size and > 0)
            {
                if (into.IsEmpty)
                    return true;
                var record = _ahead.AsSpan(_start, size);
                if (RecordCipher.InnerSize(record) <= into.Length - count)
                    count += Open(record, into[count..]);
                else if (count == 0)
                    Stage(record);
                else
                    return true;
                _start += size;
                if (_staged.Count > 0 || _keyChanged)
                    break;
            }

            if (count > 0)
                return true;
            if (_staged.Count > 0 || _keyChanged)
                continue;
            if (_ended)
                return true;
            if (!ReceiveMore())
                return false;
        }
    }

    /// <summary>Bytes of the next record when it is whole and nothing ended, else 0.</summary>
    private int NextSize()
    {
        if (_ended)
            return 0;
        var size = TlsRecord.Size(_ahead.AsSpan(_start, _end - _start));
        if (size < 0)
            throw Broken("something that is no record");
        return size <= _end - _start ? size : 0;
    }

    /// <summary>Opens a record into the reader's block; returns its bytes of application data.</summary>
    private int Open(ReadOnlySpan<byte> record, Span<byte> into)
    {
        var inner = _cipher.Open(record, into);
        if (inner < 0)
            throw Broken("a record that was tampered with");
        var content = TlsRecord.Content(into[..inner], out var type);
        if (content < 0)
            throw Broken("a record of no type or too long");
        _withoutData = content > 0 && type == TlsRecord.ApplicationData ? Math.Max(_withoutData - 1, 0) : _withoutData + 1;
        if (_withoutData > MaxWithoutData || (_postHandshake.IsInside && type != TlsRecord.Handshake))
            throw Broken("records out of order");
        switch (type)
        {
            case TlsRecord.ApplicationData:
                return content;
            case TlsRecord.Handshake:
                OnHandshake(into[..content]);
                return 0;
            case TlsRecord.Alert when content == TlsRecord.AlertSize:
                if (into[1] != TlsRecord.CloseNotify)
                    throw new IOException($"The peer ended TLS with alert {into[1]}.");
                _ended = true;
                return 0;
            default:
                throw Broken($"a record of type {type}");
        }
    }

    private void OnHandshake(ReadOnlySpan<byte> content)
    {
        var verdict = _postHandshake.Take(content);
        if (verdict == PostHandshakeVerdict.Violation)
            throw Broken("a handshake message that has no place here");
        if (verdict == PostHandshakeVerdict.None)
            return;
        _cipher.Update();
        _keyChanged = true;
        if (verdict == PostHandshakeVerdict.KeyUpdateRequested)
            peerWantsUpdate();
    }

    /// <summary>For a buffer smaller than the record: the frames of the session's handshake, not the session.</summary>
    private void Stage(ReadOnlySpan<byte> record)
    {
        var block = ArrayPool<byte>.Shared.Rent(RecordCipher.InnerSize(record));
        _staged = new ArraySegment<byte>(block, 0, Open(record, block));
        ReleaseStaged();
    }

    private int TakeStaged(Span<byte> into)
    {
        var count = Math.Min(into.Length, _staged.Count);
        _staged.AsSpan(0, count).CopyTo(into);
        _staged = _staged[count..];
        ReleaseStaged();
        return count;
    }

    private void ReleaseStaged()
    {
        if (_staged.Count > 0)
            return;
        ArrayPool<byte>.Shared.Return(_staged.Array!);
        _staged = default;
    }

    /// <summary>Receives behind what is left of a record; false when there is nothing now.</summary>
    private bool ReceiveMore()
    {
        var old = _ahead;
        var block = old?.Length >= _blocks.BlockSize ? old : _blocks.Rent();
        _end -= _start;
        if (old is not null && (_start > 0 || old != block))
            old.AsSpan(_start, _end).CopyTo(block);
        if (old is not null && old != block)
            PoolOf(old.Length).Return(old);
        _ahead = null;
        _start = 0;
        var isReceived = socket.TryReceive(block.AsSpan(_end), out var n);
        if (isReceived)
        {
            _end += n;
            _ended = n == 0;
        }

        // Empty-handed while waiting: an idle connection holds no block.
        if (_end == 0 || _ended)
            PoolOf(block.Length).Return(block);
        else
            _ahead = block;
        return isReceived;
    }

    private static BlockPool PoolOf(int size) => size <= s_first.BlockSize ? s_first : TlsTransport.Blocks;

    private static IOException Broken(string what) => new($"The connection was broken: the peer sent {what}.");
}
