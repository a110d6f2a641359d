using System.Collections.Concurrent;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Pooled, pinned byte arrays of one size. A block has one owner at a time: who rents it returns it or hands it on.
/// Any thread may call.
/// </summary>
public sealed class BlockPool
{
    private readonly ConcurrentStack<byte[]> _free = new();
    private readonly int _keep;
    private int _count;
    private int _rented;

    /// <summary>Blocks of <paramref name="size"/> bytes; at most <paramref name="keep"/> idle ones are kept, more go to the collector.</summary>
    public BlockPool(int size, int keep)
    {
        BlockSize = size;
        _keep = keep;
    }

    /// <summary>Batches, receive blocks and read-ahead: 128 KiB, so that a batch holds eight full TLS records. 64 idle ones: 8 MiB.</summary>
    public static BlockPool Large { get; } = new(128 * 1024, 64);

    /// <summary>Bytes that a slow socket refused: 16 KiB, one usual payload. 256 idle ones: 4 MiB.</summary>
    public static BlockPool Small { get; } = new(16 * 1024, 256);

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks that are out now; a test ends with the count it began with.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Takes a block; its content is whatever it was.</summary>
    public byte[] Rent()
    {
        Interlocked.Increment(ref _rented);
        if (_free.TryPop(out var block))
        {
            Interlocked.Decrement(ref _count);
            return block;
        }

        return GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
    }

    /// <summary>Gives a block back; the caller forgets it first.</summary>
    public void Return(byte[] block)
    {
        if (block.Length != BlockSize)
            throw new ArgumentException("Not a block of this pool.", nameof(block));
        Interlocked.Decrement(ref _rented);
        if (Interlocked.Increment(ref _count) <= _keep)
            _free.Push(block);
        else
            Interlocked.Decrement(ref _count);
    }
}
