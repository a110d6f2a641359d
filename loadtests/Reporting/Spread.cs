namespace PrivateConnect.LoadTests.Reporting;

/// <summary>The median of some rounds and how far they lay apart.</summary>
internal sealed record Spread(double Median, double Least, double Most, int Count)
{
    public static Spread Over(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1], sorted.Length);
    }
}
