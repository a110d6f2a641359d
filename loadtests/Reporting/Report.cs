using System.Globalization;
using System.Text;
using PrivateConnect.LoadTests.Paths;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>The table, as Markdown: it reads as well on a terminal.</summary>
internal sealed class Report(
    Results results, LoadOptions options, IReadOnlyList<string> paths, IReadOnlyList<(string What, string Value)> facts)
{
    private const string Direct = "direct";
    private readonly string? _ours = paths.FirstOrDefault(IsOurs);

    public string Write()
    {
        var text = new StringBuilder();
        text.Append("# Benchmarks\n\nWritten by `loadtests/run.sh`; how to read it: [loadtests/README.md](../loadtests/README.md).\n\n");
        text.Append("| | |\n| --- | --- |\n");
        foreach (var (what, value) in facts) text.Append(Invariant($"| {what} | {value} |\n"));
        text.Append(Invariant($"| rounds | {options.Rounds} of {options.Length.TotalSeconds:0} s a figure, paths in turn in every round |\n"));
        text.Append(Invariant($"| idle streams | {options.IdleStreams} |\n"));
        if (paths.Contains("ssh -R")) text.Append(Invariant($"| cipher of ssh | {SshPath.Cipher} |\n"));
        if (_ours is not null) text.Append("| ours | hub and agent over TLS 1.3, as shipped, no option set |\n");
        text.Append("\nMedian (least–most). All processes share the machine's cores.\n");
        if (_ours is not null)
            text.Append("Ratio: how many times better ours is than the peer; **below 1 the peer is better**, and the row says so.\n");
        text.Append('\n');
        WriteTable(text);
        if (results.Failures.Count > 0)
        {
            text.Append("\n## What failed\n\n");
            foreach (var failure in results.Failures) text.Append(Invariant($"- {failure}\n"));
        }

        return text.ToString();
    }

    private void WriteTable(StringBuilder text)
    {
        string[] peers = [.. paths.Where(path => path != Direct && !IsOurs(path))];
        List<string> head = ["scenario", "figure", "unit", .. paths];
        if (_ours is not null) head.AddRange([.. peers.Select(peer => $"ratio to {peer}"), "verdict"]);
        text.Append(Invariant($"| {string.Join(" | ", head)} |\n|{string.Concat(Enumerable.Repeat(" --- |", head.Count))}\n"));
        foreach (var row in results.Rows)
        {
            List<string> cells = [row.Scenario, row.What, row.Unit, .. paths.Select(path => Cell(row, path))];
            if (_ours is not null)
            {
                double?[] ratios = [.. peers.Select(peer => Ratio(row, peer))];
                cells.AddRange(ratios.Select(ratio => ratio is { } value ? Invariant($"{value:0.00}") : "–"));
                cells.Add(Verdict(peers, ratios));
            }

            text.Append(Invariant($"| {string.Join(" | ", cells)} |\n"));
        }
    }

    private string Cell(Row row, string path)
    {
        if (results.Of(row, path) is not { } spread || (path == Direct && row.What == "CPU")) return "–";
        return Invariant($"{Number(spread.Median)} ({Number(spread.Least)}–{Number(spread.Most)})");
    }

    private double? Ratio(Row row, string peer)
    {
        if (results.Of(row, _ours!) is not { } ours || results.Of(row, peer) is not { } theirs) return null;
        return row.HigherIsBetter ? ours.Median / theirs.Median : theirs.Median / ours.Median;
    }

    private static string Verdict(string[] peers, double?[] ratios)
    {
        string[] better = [.. peers.Where((_, i) => ratios[i] < 1)];
        if (better.Length > 0) return $"**peer better: {string.Join(", ", better)}**";
        return ratios.Any(ratio => ratio is not null) ? "ours" : "–";
    }

    private static bool IsOurs(string path) => path.StartsWith("privateconnect", StringComparison.Ordinal);

    /// <summary>Three digits that matter, whatever the size.</summary>
    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1_000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
