namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Pooled, pinned byte arrays of one size. A block has one owner at a time: who rents it returns it or hands it on.
/// Any thread may call.
/// </summary>
public sealed class BlockPool
{
    private readonly Lock _gate = new();
    private readonly byte[]?[] _free;
    private int _count;
    private int _rented;

    /// <summary>Blocks of <paramref name="size"/> bytes; at most <paramref name="keep"/> idle ones are kept, more go to the collector.</summary>
    public BlockPool(int size, int keep)
    {
        BlockSize = size;
        _free = new byte[]?[keep];
    }

    /// <summary>
    /// Batches and receive blocks: 256 KiB, four full frames or sixteen full TLS records. Loopback moves a byte in calls of
    /// 256 KiB at 0.6 times the cost of calls of 64 KiB. 32 idle ones: 8 MiB.
    /// </summary>
    public static BlockPool Large { get; private set; } = new(256 * 1024, 32);

    /// <summary>
    /// Halves the large blocks, for a process that promised to stay small; before the first session. Costs 4 to 8 % of the
    /// rate of bulk (decisions/0009).
    /// </summary>
    public static void Economize() => Large = new(128 * 1024, 16);

    /// <summary>Bytes that a slow socket refused: 16 KiB, one usual payload. 256 idle ones: 4 MiB.</summary>
    public static BlockPool Small { get; } = new(16 * 1024, 256);

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks that are out now; a test ends with the count it began with.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Takes a block; its content is whatever it was.</summary>
    public byte[] Rent()
    {
        lock (_gate)
        {
            _rented++;
            if (_count > 0)
            {
                // The one that came back last: it is still in the cache.
                var block = _free[--_count]!;
                _free[_count] = null;
                return block;
            }
        }

        return GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
    }

    /// <summary>Gives a block back; the caller forgets it first.</summary>
    public void Return(byte[] block)
    {
        if (block.Length != BlockSize)
            throw new ArgumentException("Not a block of this pool.", nameof(block));
        lock (_gate)
        {
            _rented--;
            if (_count < _free.Length)
                _free[_count++] = block;
        }
    }
}
