using System.Diagnostics;
using PrivateConnect.LoadTests.Paths;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>What silent streams cost the processor: nothing, or somebody polls.</summary>
internal sealed class IdleCpu(int streams) : IScenario
{
    /// <summary>.NET compiles what runs once a second again at its 30th and its 60th call: that is the price of a start, not of rest.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(150);

    /// <summary>Long enough for timers of some seconds to be seen.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    public string Name => "idle-cpu";

    public string Title => $"CPU with {streams:#,0} idle streams";

    public bool Suits(PathKind path) => path.IsTunnel && !path.OnlyBulk;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using var open = new OpenStreams();
        open.Open(context, streams);
        Thread.Sleep(Settling);
        var (before, start) = (RunTimes(context), Stopwatch.GetTimestamp());
        Thread.Sleep(Watched);
        var (after, elapsed) = (RunTimes(context), Stopwatch.GetElapsedTime(start));
        return
        [
            .. after.Select(side => new Measured(
                $"CPU, {side.Key}", "% of a core", Better.Lower,
                Grown(before[side.Key], side.Value) / elapsed.TotalNanoseconds * 100)),
        ];
    }

    private static Dictionary<string, Dictionary<string, long>> RunTimes(ScenarioContext context) =>
        context.Path.Parts().ToDictionary(
            part => part.Name,
            part => part.ProcessIds.SelectMany(ProcFs.RunTimes).ToDictionary());

    /// <summary>By thread: one that ended meanwhile must not take its past out of the sum.</summary>
    private static double Grown(Dictionary<string, long> before, Dictionary<string, long> after) =>
        after.Sum(thread => thread.Value - before.GetValueOrDefault(thread.Key));
}
