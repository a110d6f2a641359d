namespace PrivateConnect.Bench.Workloads;

/// <summary>One thing the data path does, set up once; BenchmarkDotNet takes its time, the check its bytes.</summary>
internal abstract class Workload : IDisposable
{
    /// <summary>Does it <paramref name="operations"/> times and returns when all are done.</summary>
    public abstract void Run(int operations);

    public abstract void Dispose();
}
