using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Reporting;
using PrivateConnect.LoadTests.Scenarios;
using PrivateConnect.LoadTests.Traffic;
using PrivateConnect.LoadTests.Wan;

namespace PrivateConnect.LoadTests;

/// <summary>
/// Runs every scenario over every path, in rounds, and leaves out what the results already hold. In each round the paths
/// take turns within a scenario, beginning with another one each time, so that a slow minute of the machine meets all of
/// them.
/// </summary>
internal sealed class LoadRun(
    LoadOptions options, Results results, ScratchFolder scratch, IPEndPoint target, WanLink? link) : IAsyncDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Dictionary<PathKind, ITunnelPath?> _standing = [];
    private readonly TargetCounter _counter = new(target);
    private int _starts;

    /// <summary>False when time ran out or somebody stopped it: another run goes on from there.</summary>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        for (var round = 0; round < options.Rounds; round++)
            foreach (var scenario in options.Scenarios)
                for (var turn = 0; turn < options.Paths.Count; turn++)
                {
                    var kind = options.Paths[(turn + round) % options.Paths.Count];
                    if (!scenario.Suits(kind) || results.Holds(scenario.Name, kind.Name, round)) continue;
                    if (stop.IsCancellationRequested || _watch.Elapsed > options.Longest) return false;
                    await RunOneAsync(scenario, kind, round);
                }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _counter.Dispose();
        foreach (var path in _standing.Values)
            if (path is not null) await path.DisposeAsync();
    }

    private async Task RunOneAsync(IScenario scenario, PathKind kind, int round)
    {
        ITunnelPath? fresh = null;
        try
        {
            if (scenario is WanBulk far) far.Prepare(link!);
            var path = scenario.NeedsFreshPath ? fresh = await StartAsync(kind) : await StandingAsync(kind);
            if (path is null) return;
            var streams = Math.Min(options.IdleStreams, DescriptorLimit.Streams(kind));
            var figures = scenario.Run(new ScenarioContext(path, _counter, options.Length, streams, link));
            results.Add(new Sample(scenario.Name, kind.Name, round, figures));
            Console.WriteLine($"round {round + 1}  {scenario.Title,-40} {kind.Title,-24} " + string.Join("  ",
                figures.Select(figure => FormattableString.Invariant($"{figure.What} {figure.Value:0.###} {figure.Unit}"))));
        }
        catch (Exception failure) when (failure is SocketException or IOException or InvalidOperationException or TimeoutException)
        {
            Fail($"{scenario.Title} over {kind.Title}, round {round + 1}: {failure.Message}");
        }
        finally
        {
            if (fresh is not null) await fresh.DisposeAsync();
        }
    }

    /// <summary>Started when first needed, once: one that cannot start must not cost the figures of the others.</summary>
    private async Task<ITunnelPath?> StandingAsync(PathKind kind)
    {
        if (_standing.TryGetValue(kind, out var standing)) return standing;
        _standing[kind] = null;
        return _standing[kind] = await StartAsync(kind);
    }

    private Task<ITunnelPath> StartAsync(PathKind kind)
    {
        var near = options.Wan is null ? IPAddress.Loopback : WanPlace.NearAddress;
        return kind.StartAsync(new PathStart(
            target.Port, target.Address.ToString(), near.ToString(), options.Wan?.ThroughFar ?? [], scratch,
            $"{kind.Name}-{_starts++}"));
    }

    private void Fail(string what)
    {
        results.Fail(what);
        Console.Error.WriteLine(what);
    }
}
