using PrivateConnect.LoadTests.Scenarios;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>Every figure of every round, by row and path, and what failed.</summary>
internal sealed class Results
{
    private readonly Dictionary<(Row Row, string Path), List<double>> _values = [];
    private readonly List<Row> _rows = [];

    public IReadOnlyList<Row> Rows => _rows;

    public List<string> Failures { get; } = [];

    public void Add(IScenario scenario, string path, Measured measured)
    {
        var row = new Row(scenario.Title, measured.What, measured.Unit, measured.HigherIsBetter);
        if (!_rows.Contains(row)) _rows.Add(row);
        if (!_values.TryGetValue((row, path), out var values)) _values[(row, path)] = values = [];
        values.Add(measured.Value);
    }

    public Spread? Of(Row row, string path) =>
        _values.TryGetValue((row, path), out var values) ? Spread.Over(values) : null;
}

/// <summary>One line of the table.</summary>
internal sealed record Row(string Scenario, string What, string Unit, bool HigherIsBetter);

/// <summary>The median of some rounds and how far they lay apart.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Over(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}
