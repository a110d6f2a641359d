namespace PrivateConnect.Hub.Tests.Support;

/// <summary>The same act many times at the same moment.</summary>
internal static class AtOnce
{
    /// <summary>So many redeem one secret.</summary>
    public const int Many = 64;

    /// <summary>
    /// Each on a thread of its own, and none begins before all are there: SQLite works on the thread that asks, so that on a
    /// pool of two threads no more than two would ever be at it.
    /// </summary>
    public static async Task<T[]> RunAsync<T>(Func<Task<T>> act, int times = Many)
    {
        using var start = new Barrier(times);
        return await Task.WhenAll(Enumerable.Range(0, times).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return act();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
    }
}
