namespace PrivateConnect.Hub.Door;

/// <summary>Owns tasks that end by themselves, so that somebody can wait for the last one.</summary>
internal sealed class TaskCounter
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // One for the owner, who leaves it in WhenIdleAsync.
    private int _running = 1;

    /// <summary>Takes a task that never fails.</summary>
    public void Add(Func<Task> work)
    {
        Interlocked.Increment(ref _running);
        _ = RunAsync(work);
    }

    /// <summary>No more come; waits for those that run. Call once.</summary>
    public Task WhenIdleAsync()
    {
        Leave();
        return _idle.Task;
    }

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0)
            _idle.TrySetResult();
    }
}
