using System.Globalization;
using System.Text.Json;
using PrivateConnect.Bench.Sessions;
using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Check;

/// <summary>Compares what workloads allocate with budgets.json. Counts bytes, never time.</summary>
internal static class BudgetCheck
{
    /// <summary>
    /// 1,000 bytes in 1,000 operations: room for the heartbeat's ticks and a pooled state machine that met its pool empty,
    /// a fraction of the smallest object (24 bytes) on every operation.
    /// </summary>
    private const double Tolerance = 1;

    /// <summary>Messages of the round with the planted object.</summary>
    private const int PlantedOperations = 20_000;

    /// <summary>Where the planted object goes, so that it is really made.</summary>
    private static object? s_planted;

    /// <summary>0 when every budget holds.</summary>
    public static int Run(string budgetsFile, TextWriter output)
    {
        using var budgets = JsonDocument.Parse(File.ReadAllText(budgetsFile));
        int total = 0, failed = 0;
        void Tell(bool holds, string text)
        {
            total++;
            failed += holds ? 0 : 1;
            output.WriteLine($"{(holds ? "ok    " : "FAILED")} {text}");
        }

        Tell(!Holds(MeasurePlanted(), 0), "a planted object of 24 bytes on every message is over a budget of 0");
        foreach (var budget in budgets.RootElement.EnumerateObject())
        {
            var entry = Catalogue.Find(budget.Name);
            using var workload = entry.Create();
            var bytes = AllocationMeter.BytesPerOperation(workload, entry.Counted);
            Tell(
                Holds(bytes, budget.Value.GetDouble()),
                string.Create(CultureInfo.InvariantCulture, $"{entry.Name,-22} {bytes,9:F2} bytes each, budget {budget.Value}"));
        }

        output.WriteLine($"Total: {total}, Errors: 0, Failed: {failed}, Skipped: 0, Not Run: 0");
        return failed == 0 ? 0 : 1;
    }

    private static bool Holds(double bytes, double budget) => bytes <= budget + Tolerance;

    private static double MeasurePlanted()
    {
        using var workload = new SessionBulk(SessionRig.InMemory(), 64, static () => s_planted = new object());
        return AllocationMeter.BytesPerOperation(workload, PlantedOperations);
    }
}
