using System.Diagnostics;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Reporting;
using PrivateConnect.LoadTests.Scenarios;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests;

/// <summary>
/// Runs every scenario over every path, in rounds. In each round the paths take turns within a scenario, beginning with
/// another one each time, so that a slow minute of the machine meets all of them.
/// </summary>
internal sealed class LoadRun(LoadOptions options, ScratchFolder scratch, int targetPort) : IAsyncDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<(string Name, ITunnelPath Path)> _standing = [];
    private readonly TargetCounter _counter = new(targetPort);
    private int _starts;

    public Results Results { get; } = new();

    /// <summary>The paths that came up, by the names of the table.</summary>
    public IReadOnlyList<string> PathNames => [.. _standing.Select(entry => entry.Path.Name)];

    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var name in options.Paths)
        {
            if (stop.IsCancellationRequested) return;
            try
            {
                _standing.Add((name, await StartAsync(name)));
                Console.WriteLine($"{name}: ready");
            }
            catch (Exception failure)
            {
                // One path that cannot start must not cost the figures of the others; it is reported and fails the run.
                Fail($"{name} did not start: {failure.Message}");
            }
        }

        for (var round = 0; round < options.Rounds; round++)
            foreach (var scenario in options.Scenarios)
                for (var turn = 0; turn < _standing.Count; turn++)
                {
                    if (stop.IsCancellationRequested) return;
                    if (_watch.Elapsed > options.Longest)
                    {
                        Fail($"Stopped after {options.Longest.TotalMinutes:0} minutes, in round {round + 1} of {options.Rounds}");
                        return;
                    }

                    var (name, path) = _standing[(turn + round) % _standing.Count];
                    await RunOneAsync(scenario, name, path, round);
                }
    }

    public async ValueTask DisposeAsync()
    {
        _counter.Dispose();
        foreach (var (_, path) in _standing) await path.DisposeAsync();
    }

    private async Task RunOneAsync(IScenario scenario, string name, ITunnelPath standing, int round)
    {
        ITunnelPath? fresh = null;
        try
        {
            if (scenario.NeedsFreshPath)
            {
                // Memory is measured in processes; the direct path has none.
                if (standing.Parts().Count == 0) return;
                fresh = await StartAsync(name);
            }

            var context = new ScenarioContext(fresh ?? standing, _counter, options.Length, options.IdleStreams);
            var figures = scenario.Run(context);
            foreach (var figure in figures) Results.Add(scenario, standing.Name, figure);
            Console.WriteLine($"round {round + 1}  {scenario.Title,-40} {standing.Name,-16} " + string.Join("  ",
                figures.Select(figure => FormattableString.Invariant($"{figure.What} {figure.Value:0.###} {figure.Unit}"))));
        }
        catch (Exception failure) when (failure is SocketException or IOException or InvalidOperationException or TimeoutException)
        {
            Fail($"{scenario.Title} over {standing.Name}, round {round + 1}: {failure.Message}");
        }
        finally
        {
            if (fresh is not null) await fresh.DisposeAsync();
        }
    }

    private Task<ITunnelPath> StartAsync(string name) =>
        PathCatalogue.StartAsync(name, targetPort, scratch, $"{name}-{_starts++}");

    private void Fail(string what)
    {
        Results.Failures.Add(what);
        Console.Error.WriteLine(what);
    }
}
