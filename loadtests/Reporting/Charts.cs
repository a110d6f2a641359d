using PrivateConnect.LoadTests.Paths;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>The two charts of the README, from the results.</summary>
internal static class Charts
{
    public static void Write(Results results, string folder)
    {
        var figures = new Figures(results);
        Directory.CreateDirectory(folder);
        Panel[] throughput =
        [
            Make(figures, "1 stream down", "Gbit/s, more is better", "bulk-down", "rate", 8),
            Make(figures, "16 streams up", "Gbit/s, more is better", "bulk-up-16", "rate", 8),
            Make(figures, "CPU, 1 stream down", "s/GB, both processes, less is better", "bulk-down", "CPU", 1),
            Make(figures, "64 connections, 64 B each", "messages a second, more is better", "messages", "rate", 1),
        ];
        Panel[] latency =
        [
            Make(figures, "64 B there and back", "µs, median, less is better", "ping", "p50", 1),
            Make(figures, "the same beside a full-speed stream", "ms, median of 20, less is better", "ping-bulk", "p50", 1e-3),
            Make(figures, "short connections", "a second, more is better", "short", "rate", 1),
            Make(figures, "an idle stream", "KiB, server and agent, less is better", figures.Paths.Select(path =>
                (path, Both(figures, "idle", "memory", path)))),
        ];
        File.WriteAllText(Path.Combine(folder, "throughput.svg"), new SvgChart("Throughput and its price", throughput).Write());
        File.WriteAllText(Path.Combine(folder, "latency.svg"), new SvgChart("Latency, connections, memory", latency).Write());
    }

    private static Panel Make(Figures figures, string title, string unit, string scenario, string what, double scale) =>
        Make(figures, title, unit, figures.Paths.Where(path => path.IsTunnel).Select(path =>
            (path, figures.Of(scenario, what, path.Name)?.Median * scale)));

    private static Panel Make(Figures figures, string title, string unit, IEnumerable<(PathKind Path, double? Value)> values) =>
        new(title, unit,
        [
            // By name through a second agent is another thing than one hop; it has its row in the tables.
            .. values.Where(one => one.Path.Name != "reach" && one.Value is not null)
                .Select(one => new SvgBar(one.Path.Title, one.Value!.Value, one.Path.IsOurs)),
        ]);

    private static double? Both(Figures figures, string scenario, string what, PathKind path) =>
        figures.Of(scenario, $"{what}, {PathPart.Server}", path.Name)?.Median
        + figures.Of(scenario, $"{what}, {PathPart.Agent}", path.Name)?.Median;
}
