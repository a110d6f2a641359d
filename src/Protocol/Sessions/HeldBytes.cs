using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// A budget of memory: bytes held in streams' queues (not credit promised), and above the session what streams themselves
/// cost. Budgets nest: a session's within its workspace's within the process's. At 75 % no window
/// grows and streams whose end takes nothing are reset, at 90 % new streams are refused, beyond 100 % the stream that holds most is reset. Any thread.
/// </summary>
public sealed class HeldBytes
{
    /// <summary>A quarter of the memory the runtime may use, at most: queues are a guest in the process.</summary>
    private const int ProcessShare = 4;

    /// <summary>The least budget of a process: less is full with one batch of one session.</summary>
    private const long LeastProcess = 8L * 1024 * 1024;

    private readonly HeldBytes? _parent;
    private readonly Lock _gate = new();
    private HeldBytes[] _parts = [];
    private long _budget;
    private long _held;

    /// <summary>A budget of <paramref name="budget"/> bytes inside <paramref name="parent"/>.</summary>
    public HeldBytes(long budget, HeldBytes? parent)
    {
        _budget = budget;
        _parent = parent;
    }

    /// <summary>The process's budget.</summary>
    public static HeldBytes Process { get; } =
        new(Math.Max(LeastProcess, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ProcessShare), null);

    /// <summary>Bytes that may be held; what is held beyond a lowered budget goes at the next arrival.</summary>
    public long Budget
    {
        get => Volatile.Read(ref _budget);
        set => Volatile.Write(ref _budget, value);
    }

    /// <summary>Bytes held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>
    /// Whether it and its like are never more than the budget around them, together: then what the others hold is not asked.
    /// </summary>
    public bool IsShare { get; init; }

    /// <summary>Whether windows may grow.</summary>
    public bool MayGrow => Held < Budget / 4 * 3 && (Around?.MayGrow ?? true);

    /// <summary>Whether new streams may open.</summary>
    public bool MayOpen => Held < Budget / 10 * 9 && (Around?.MayOpen ?? true);

    /// <summary>Whether something must go.</summary>
    public bool IsExhausted => Held > Budget || (Around?.IsExhausted ?? false);

    private HeldBytes? Around => IsShare ? null : _parent;

    /// <summary>Counts bytes in (positive) or out (negative).</summary>
    public void Add(long count)
    {
        Interlocked.Add(ref _held, count);
        _parent?.Add(count);
    }

    /// <summary>From here on its streams are looked at when a budget around it is exhausted.</summary>
    public void Join()
    {
        if (_parent is not { } parent)
            return;
        lock (parent._gate)
            parent._parts = [.. parent._parts, this];
    }

    /// <summary>The owner is gone; undoes <see cref="Join"/>.</summary>
    public void Leave()
    {
        if (_parent is not { } parent)
            return;
        lock (parent._gate)
            parent._parts = Array.FindAll(parent._parts, part => part != this);
    }

    /// <summary>
    /// When a budget is exhausted: the stream that holds most of all that share it, in the smallest such budget. Null when
    /// nothing is, or nobody holds anything.
    /// </summary>
    internal MuxStream? Victim()
    {
        for (var budget = this; budget is not null; budget = budget.Around)
        {
            if (budget.Held > budget.Budget)
                return budget.Largest();
        }

        return null;
    }

    /// <summary>For a session's budget: finds the session's stream that holds most.</summary>
    internal Func<MuxStream?>? LargestHolder { get; init; }

    private MuxStream? Largest()
    {
        var largest = LargestHolder?.Invoke();
        foreach (var part in Volatile.Read(ref _parts))
        {
            if (part.Held > 0 && part.Largest() is { } stream && stream.BytesHeld > (largest?.BytesHeld ?? 0))
                largest = stream;
        }

        return largest;
    }
}
