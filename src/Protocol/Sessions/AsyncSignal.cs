using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// A reusable wait for one waiter: <see cref="Set"/> wakes it, or is remembered until it waits. No allocation. Any thread
/// may set; only one waits. The waiter continues on the scheduler, never on the setter's stack unless that is Inline.
/// </summary>
public sealed class AsyncSignal : IValueTaskSource
{
    private const int None = 0;
    private const int Waiting = 1;
    private const int IsSet = 2;

    private static readonly Action<object?> s_wake = static o => ((AsyncSignal)o!)._core.SetResult(true);

    private readonly PipeScheduler _scheduler;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Wakes on <paramref name="scheduler"/>.</summary>
    public AsyncSignal(PipeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Completes at the next or remembered <see cref="Set"/>. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, None) == None)
            return new ValueTask(this, _core.Version);
        Volatile.Write(ref _state, None);
        return ValueTask.CompletedTask;
    }

    /// <summary>Wakes the waiter, or the next one.</summary>
    public void Set()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            if (seen == IsSet)
                return;
            if (Interlocked.CompareExchange(ref _state, seen == Waiting ? None : IsSet, seen) != seen)
                continue;
            if (seen == Waiting)
                _scheduler.Schedule(s_wake, this);
            return;
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
