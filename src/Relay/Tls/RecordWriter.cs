using System.Runtime.CompilerServices;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// The sending half of a connection after its handshake: seals a batch's records straight into the block that is sent. One
/// writer at a time.
/// </summary>
internal sealed class RecordWriter(SocketTransport socket, TrafficSecret secret, long recordsPerKey)
{
    /// <summary>Ciphertext that is sent without waiting for a flush: a full batch.</summary>
    private static readonly int s_sendAt = TlsTransport.Blocks.BlockSize / 2;

    private const int KeyUpdateSize = TlsRecord.Overhead + 5;

    private readonly RecordCipher _cipher = RecordCipher.Create(secret, seals: true);
    private byte[]? _block;
    private int _count;
    private volatile bool _updateWanted;

    /// <summary>A new key before the next record; any thread.</summary>
    public void WantUpdate() => _updateWanted = true;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var rest = data[Seal(data.Span)..];
        return rest.IsEmpty && _count < s_sendAt ? ValueTask.CompletedTask : SendAsync(rest, cancellation);
    }

    public ValueTask FlushAsync(CancellationToken cancellation)
    {
        Seal(default);
        return _count == 0 ? ValueTask.CompletedTask : SendAsync(default, cancellation);
    }

    /// <summary>Seals as much as the block holds; returns the bytes sealed.</summary>
    private int Seal(ReadOnlySpan<byte> data)
    {
        if (_updateWanted || _cipher.Count >= recordsPerKey)
        {
            _updateWanted = false;
            Add(PostHandshake.KeyUpdateMessage, TlsRecord.Handshake);
            _cipher.Update();
        }

        var done = 0;
        while (done < data.Length)
        {
            var content = data.Slice(done, Math.Min(data.Length - done, TlsRecord.MaxContent));
            if (_block is { } block && block.Length - _count < content.Length + TlsRecord.Overhead + KeyUpdateSize)
                break;
            Add(content, TlsRecord.ApplicationData);
            done += content.Length;
        }

        return done;
    }

    private void Add(ReadOnlySpan<byte> content, byte type)
    {
        _block ??= TlsTransport.Blocks.Rent();
        _count += _cipher.Seal(content, type, _block.AsSpan(_count));
    }

    /// <summary>Sends the block, and goes on with what did not fit into it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellation)
    {
        while (_block is { } block)
        {
            var count = _count;
            (_block, _count) = (null, 0);
            try
            {
                await socket.SendAsync(block.AsMemory(0, count), cancellation).ConfigureAwait(false);
            }
            finally
            {
                TlsTransport.Blocks.Return(block);
            }

            rest = rest[Seal(rest.Span)..];
        }
    }
}
