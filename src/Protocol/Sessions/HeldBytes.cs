namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// A budget of bytes held in streams' queues (not of credit promised). Budgets nest: a session's within the process's.
/// At 75 % no window grows, at 90 % new streams are refused, at 100 % the stream that holds most is reset. Any thread.
/// </summary>
public sealed class HeldBytes
{
    /// <summary>A quarter of the memory the runtime may use, at most: queues are a guest in the process.</summary>
    private const int ProcessShare = 4;

    private readonly HeldBytes? _parent;
    private readonly long _budget;
    private long _held;

    /// <summary>A budget of <paramref name="budget"/> bytes inside <paramref name="parent"/>.</summary>
    public HeldBytes(long budget, HeldBytes? parent)
    {
        _budget = budget;
        _parent = parent;
    }

    /// <summary>The process's budget.</summary>
    public static HeldBytes Process { get; } =
        new(Math.Max(8L * 1024 * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ProcessShare), null);

    /// <summary>Bytes held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Whether windows may grow.</summary>
    public bool MayGrow => Held < _budget / 4 * 3 && (_parent?.MayGrow ?? true);

    /// <summary>Whether new streams may open.</summary>
    public bool MayOpen => Held < _budget / 10 * 9 && (_parent?.MayOpen ?? true);

    /// <summary>Whether something must go.</summary>
    public bool IsExhausted => Held > _budget || (_parent?.IsExhausted ?? false);

    /// <summary>Counts bytes in (positive) or out (negative).</summary>
    public void Add(long count)
    {
        Interlocked.Add(ref _held, count);
        _parent?.Add(count);
    }
}
