using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Scenarios;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>The results as rows and columns.</summary>
internal sealed class Figures
{
    private readonly Dictionary<(string Scenario, string What, string Path), Spread> _spreads;

    public Figures(Results results)
    {
        var all = results.Samples
            .SelectMany(sample => sample.Figures.Select(figure => (sample.Scenario, sample.Path, Figure: figure)))
            .ToList();
        _spreads = all.GroupBy(one => (one.Scenario, one.Figure.What, one.Path))
            .ToDictionary(group => group.Key, group => Spread.Over([.. group.Select(one => one.Figure.Value)]));
        Rows =
        [
            .. AllScenarios.List.SelectMany(scenario => all.Where(one => one.Scenario == scenario.Name)
                .DistinctBy(one => one.Figure.What)
                .Select(one => new Row(scenario, one.Figure.What, one.Figure.Unit, one.Figure.Better))),
        ];
        Paths = [.. PathCatalogue.All.Where(kind => all.Exists(one => one.Path == kind.Name))];
        Peers = [.. Paths.Where(kind => kind is { IsOurs: false, IsTunnel: true })];
    }

    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The paths that were measured, in the order of the tables.</summary>
    public IReadOnlyList<PathKind> Paths { get; }

    public IReadOnlyList<PathKind> Peers { get; }

    public Spread? Of(string scenario, string what, string path) => _spreads.GetValueOrDefault((scenario, what, path));

    /// <summary>Ours with the peer's cipher, where the row has it; else ours as shipped.</summary>
    public Spread? OursBeside(PathKind peer, string scenario, string what) =>
        PathCatalogue.All.Where(kind => kind.IsOurs && kind.Cipher == peer.Cipher && kind.Name != "reach")
            .Select(kind => Of(scenario, what, kind.Name)).FirstOrDefault(spread => spread is not null)
        ?? Of(scenario, what, PathCatalogue.Ours);

    /// <summary>How many times better ours is; null where one of them is missing or nothing is to be compared.</summary>
    public double? TimesBetter(Row row, PathKind peer)
    {
        if (row.Better == Better.Neither) return null;
        if (OursBeside(peer, row.Scenario.Name, row.What) is not { } ours) return null;
        if (Of(row.Scenario.Name, row.What, peer.Name) is not { } theirs) return null;
        return row.Better == Better.Higher ? ours.Median / theirs.Median : theirs.Median / ours.Median;
    }

    /// <summary>The peer that is hardest to beat in a row.</summary>
    public PathKind? BestPeer(Row row) => Peers.Where(peer => TimesBetter(row, peer) is not null)
        .MinBy(peer => TimesBetter(row, peer));
}

/// <summary>One line of the tables.</summary>
internal sealed record Row(IScenario Scenario, string What, string Unit, Better Better);
