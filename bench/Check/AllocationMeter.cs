using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Check;

/// <summary>Counts the bytes that the whole process allocates for an operation in steady state.</summary>
internal static class AllocationMeter
{
    /// <summary>
    /// The least of several rounds counts: what an operation allocates it allocates in every round, while the timer's and
    /// the pools' rare bytes fall into some.
    /// </summary>
    private const int Rounds = 3;

    public static double BytesPerOperation(Workload workload, int operations)
    {
        // Queues, pools and windows reach their size.
        workload.Run(operations);
        workload.Run(operations);
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            workload.Run(operations);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (double)least / operations;
    }
}
