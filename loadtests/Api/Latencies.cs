using System.Globalization;

namespace PrivateConnect.LoadTests.Api;

/// <summary>Rows of the tables of latencies.</summary>
internal static class Latencies
{
    public static void PrintHead() => Console.WriteLine($"  {"",-34}{"count",8}{"p50 ms",10}{"p99 ms",10}{"max ms",10}");

    /// <summary>Prints a row and gives its p99 back.</summary>
    public static double Print(string name, IEnumerable<double> milliseconds, string more = "")
    {
        var sorted = milliseconds.Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-34}{sorted.Length,8}{At(0.5),10:0.00}{At(0.99),10:0.00}{sorted[^1],10:0.00}{more}"));
        return At(0.99);

        double At(double part) => sorted[(int)(part * (sorted.Length - 1))];
    }
}
