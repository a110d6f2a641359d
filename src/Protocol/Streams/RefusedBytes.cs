namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// What a slow end refused: a first-in first-out queue of bytes in pooled blocks; empty, it holds none. Not thread-safe:
/// the stream's lock guards it.
/// </summary>
internal struct RefusedBytes
{
    private Block? _head;
    private Block? _tail;

    public long Count { get; private set; }

    /// <summary>What the bytes cost: whole blocks. This is what budgets count.</summary>
    public long BlockBytes { get; private set; }

    public readonly bool IsEmpty => Count == 0;

    /// <summary>The oldest run of bytes; valid until the next call.</summary>
    public readonly ReadOnlySpan<byte> First => _head is { } b ? b.Bytes.AsSpan(b.Start, b.End - b.Start) : default;

    public void Append(ReadOnlySpan<byte> data)
    {
        Count += data.Length;
        while (!data.IsEmpty)
        {
            if (_tail is null || _tail.End == _tail.Bytes.Length)
            {
                var block = new Block(BlockPool.Small.Rent());
                BlockBytes += BlockPool.Small.BlockSize;
                if (_tail is null)
                    _head = block;
                else
                    _tail.Next = block;
                _tail = block;
            }

            var n = Math.Min(data.Length, _tail.Bytes.Length - _tail.End);
            data[..n].CopyTo(_tail.Bytes.AsSpan(_tail.End));
            _tail.End += n;
            data = data[n..];
        }
    }

    /// <summary>Drops the oldest <paramref name="count"/> bytes, which all lie in <see cref="First"/>.</summary>
    public void Advance(int count)
    {
        Count -= count;
        var head = _head!;
        head.Start += count;
        if (head.Start < head.End)
            return;
        _head = head.Next;
        if (_head is null)
            _tail = null;
        BlockBytes -= BlockPool.Small.BlockSize;
        BlockPool.Small.Return(head.Bytes);
    }

    public void Clear()
    {
        while (_head is { } block)
        {
            _head = block.Next;
            BlockPool.Small.Return(block.Bytes);
        }

        _tail = null;
        Count = 0;
        BlockBytes = 0;
    }

    private sealed class Block(byte[] bytes)
    {
        public readonly byte[] Bytes = bytes;
        public int Start;
        public int End;
        public Block? Next;
    }
}
