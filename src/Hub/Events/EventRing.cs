namespace PrivateConnect.Hub.Events;

/// <summary>
/// The last events of one workspace. Adding is a few writes under a short lock, whoever reads how slowly. Thread-safe.
/// </summary>
internal sealed class EventRing
{
    /// <summary>
    /// Events that a reader may be behind before it is told to start anew; some 200 KB. A busy workspace makes a few a
    /// second: minutes.
    /// </summary>
    public const int Kept = 1_024;

    private readonly Lock _gate = new();
    private readonly Queue<HubEvent> _events = new();
    private TaskCompletionSource _added = NewSignal();
    private long _last;

    /// <summary>The number of the newest event; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    public void Add(string type, string? scope, ReadOnlyMemory<byte> data)
    {
        TaskCompletionSource added;
        lock (_gate)
        {
            _events.Enqueue(new HubEvent(++_last, type, scope, data));
            if (_events.Count > Kept) _events.Dequeue();
            (added, _added) = (_added, NewSignal());
        }

        added.SetResult();
    }

    /// <summary>What came after an event, whether some of it is gone, and a task that ends with the next event.</summary>
    public (IReadOnlyList<HubEvent> Events, bool IsGap, Task Added) After(long number)
    {
        lock (_gate)
        {
            var first = _last - _events.Count + 1;
            // A number that was never given is no place to go on from.
            var gap = number + 1 < first || number > _last;
            return ([.. _events.Where(one => gap || one.Number > number)], gap, _added.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
