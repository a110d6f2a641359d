using System.Diagnostics;
using System.Net;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Traffic;
using PrivateConnect.LoadTests.Wan;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>What a scenario runs against, and how long.</summary>
internal sealed class ScenarioContext(
    ITunnelPath path, TargetCounter target, TimeSpan length, int idleStreams, WanLink? link = null)
{
    /// <summary>Lets windows open, code compile and caches fill before anything counts.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public IPEndPoint Entry => path.Entry;

    public TargetCounter Target => target;

    public ITunnelPath Path => path;

    public TimeSpan Length => length;

    public int IdleStreams => idleStreams;

    /// <summary>The emulated link under the path.</summary>
    public WanLink Link => link ?? throw new InvalidOperationException("This row runs over the link of loadtests/wan.sh.");

    /// <summary>CPU seconds the tunnel's processes have used so far; 0 for the direct path, which has none.</summary>
    public double TunnelCpu() => path.ProcessIds().Sum(ProcFs.CpuSeconds);

    /// <summary>Warms up, then takes a reading before and after the measured time.</summary>
    public Window<T> Measure<T>(Func<T> reading, TimeSpan? warmUp = null)
    {
        Thread.Sleep(warmUp ?? WarmUp);
        var (before, cpuBefore, start) = (reading(), TunnelCpu(), Stopwatch.GetTimestamp());
        Thread.Sleep(length);
        var (after, cpuAfter, elapsed) = (reading(), TunnelCpu(), Stopwatch.GetElapsedTime(start));
        return new Window<T>(before, after, elapsed.TotalSeconds, cpuAfter - cpuBefore);
    }
}

/// <summary>Two readings and what passed between them.</summary>
internal sealed record Window<T>(T Before, T After, double Seconds, double CpuSeconds);
