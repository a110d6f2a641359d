using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench;

/// <summary>Time and bytes of every workload; a row is one operation.</summary>
[Config(typeof(ShortConfig))]
[MemoryDiagnoser(displayGenColumns: false)]
public class WorkloadBenchmarks
{
    /// <summary>Operations of one call: enough that starting and waiting for the loops costs nothing.</summary>
    private const int PerCall = 1024;

    private Workload? _workload;

    public static IEnumerable<string> Names => Catalogue.All.Select(w => w.Name);

    [ParamsSource(nameof(Names))]
    public string Workload { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _workload = Catalogue.Find(Workload).Create();
        _workload.Run(PerCall);
    }

    [Benchmark(OperationsPerInvoke = PerCall)]
    public void Run() => _workload!.Run(PerCall);

    [GlobalCleanup]
    public void CleanUp() => _workload!.Dispose();

    private sealed class ShortConfig : ManualConfig
    {
        public ShortConfig() => AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(10)
            .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(200)));
    }
}
