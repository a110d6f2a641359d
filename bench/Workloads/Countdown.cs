namespace PrivateConnect.Bench.Workloads;

/// <summary>What a run waits for, counted down by the loops; allocates nothing.</summary>
internal sealed class Countdown : IDisposable
{
    /// <summary>Far beyond any run: a workload that hangs fails instead of holding the machine.</summary>
    private static readonly TimeSpan s_cap = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim _done = new();
    private long _left;

    public void Start(long count)
    {
        _done.Reset();
        Volatile.Write(ref _left, count);
    }

    /// <summary>True for the call that ends it.</summary>
    public bool Count(long count)
    {
        if (Interlocked.Add(ref _left, -count) > 0)
            return false;
        _done.Set();
        return true;
    }

    public void Wait()
    {
        if (!_done.Wait(s_cap))
            throw new TimeoutException($"{Volatile.Read(ref _left)} are still missing after {s_cap.TotalSeconds:0} s.");
    }

    public void Dispose() => _done.Dispose();
}
