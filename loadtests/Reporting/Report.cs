using System.Globalization;
using System.Text;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Scenarios;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>The tables, as Markdown: it reads as well on a terminal.</summary>
internal sealed class Report(Results results)
{
    private readonly Figures _figures = new(results);
    private readonly StringBuilder _text = new();

    public string Write()
    {
        _text.Append("# Benchmarks\n\nWritten by `loadtests/run.sh`; how to read it: [loadtests/README.md](../loadtests/README.md).\n");
        WriteFacts();
        WriteBars();
        WriteRatios();
        WriteFigures();
        if (results.Failures.Count > 0)
        {
            _text.Append("\n## What failed\n\n");
            foreach (var failure in results.Failures) _text.Append(Invariant($"- {failure}\n"));
        }

        return _text.ToString();
    }

    private void WriteFacts()
    {
        Head("", "");
        foreach (var (what, value) in results.Conditions) Line(what, value);
        Line("measured", string.Join("; ", results.Sittings.Select(sitting =>
            $"{sitting["date"]} (load before: {sitting["load average before"]})")));
        var rounds = results.Samples.GroupBy(sample => (sample.Scenario, sample.Path)).Select(group => group.Count()).ToList();
        if (rounds.Count > 0)
            Line("rounds", rounds.Min() == rounds.Max() ? $"{rounds.Max()}" : $"{rounds.Min()} to {rounds.Max()}");
        foreach (var path in _figures.Paths.Where(path => path.IsTunnel)) Line($"cipher of {path.Title}", path.Cipher!);
    }

    private void WriteBars()
    {
        BarResult[] judged = [.. Bar.All.Select(bar => bar.Judge(_figures)).Where(result => result.Met is not null)];
        if (judged.Length == 0) return;
        _text.Append(Invariant($"\n## Bars\n\n{judged.Count(result => result.Met == true)} of {judged.Length} met.\n"));
        Head("row", "figure", "bar", "measured", "met");
        foreach (var result in judged)
        {
            var scenario = AllScenarios.List.First(scenario => scenario.Name == result.Bar.Scenario).Title;
            if (result.Bar.Of is { } of) scenario += $" ({PathCatalogue.Of(of).Title})";
            Line(scenario, result.Bar.What, result.Asked, Number(result.Measured!.Value), result.Met == true ? "yes" : "**no**");
        }
    }

    private void WriteRatios()
    {
        Row[] rows = [.. _figures.Rows.Where(row => _figures.BestPeer(row) is not null)];
        if (rows.Length == 0) return;
        _text.Append("\n## Ours beside each peer\n\n");
        _text.Append("How many times better ours is, by medians; **below 1 the peer is better**, and the row says so. ");
        _text.Append("Ours runs with the peer's cipher where the figures below have a column for it.\n");
        Head(["row", "figure", .. _figures.Peers.Select(peer => peer.Title), "best peer", "verdict"]);
        foreach (var row in rows)
        {
            var best = _figures.BestPeer(row)!;
            string[] ahead = [.. _figures.Peers.Where(peer => _figures.TimesBetter(row, peer) < 1).Select(peer => peer.Title)];
            Line(
            [
                row.Scenario.Title, row.What,
                .. _figures.Peers.Select(peer => _figures.TimesBetter(row, peer) is { } times ? Invariant($"{times:0.00}") : "–"),
                best.Title, ahead.Length > 0 ? $"**peer better: {string.Join(", ", ahead)}**" : "ours",
            ]);
        }
    }

    private void WriteFigures()
    {
        _text.Append("\n## Figures\n\nMedian (least–most). All processes share the machine's cores.\n");
        Head(["row", "figure", "unit", .. _figures.Paths.Select(path => path.Title)]);
        foreach (var row in _figures.Rows)
            Line([row.Scenario.Title, row.What, row.Unit, .. _figures.Paths.Select(path => Cell(row, path))]);
    }

    private string Cell(Row row, PathKind path)
    {
        var spread = _figures.Of(row.Scenario.Name, row.What, path.Name);
        if (spread is null || (!path.IsTunnel && row.What == "CPU")) return "–";
        return spread.Count == 1
            ? Number(spread.Median)
            : Invariant($"{Number(spread.Median)} ({Number(spread.Least)}–{Number(spread.Most)})");
    }

    private void Head(params string[] cells) =>
        _text.Append(Invariant($"\n| {string.Join(" | ", cells)} |\n|{string.Concat(Enumerable.Repeat(" --- |", cells.Length))}\n"));

    private void Line(params string[] cells) => _text.Append(Invariant($"| {string.Join(" | ", cells)} |\n"));

    /// <summary>Three digits that matter, whatever the size.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 1_000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        0 => "0",
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
