using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>Await it to continue at the end of the scheduler's queue: a loop whose operations complete at once gives others their turn.</summary>
internal readonly struct SchedulerYield(PipeScheduler scheduler) : ICriticalNotifyCompletion
{
    private static readonly Action<object?> s_run = static o => ((Action)o!)();

    public bool IsCompleted => false;

    public SchedulerYield GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => scheduler.Schedule(s_run, continuation);

    public void UnsafeOnCompleted(Action continuation) => scheduler.Schedule(s_run, continuation);
}
