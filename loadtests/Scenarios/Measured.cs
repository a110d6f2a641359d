namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>One figure of one run.</summary>
internal sealed record Measured(string What, string Unit, bool HigherIsBetter, double Value)
{
    public static Measured Rate(double gigabytesPerSecond) => new("rate", "GB/s", true, gigabytesPerSecond);

    public static Measured CpuPerGigabyte(double seconds) => new("CPU", "CPU-s/GB", false, seconds);

    public static Measured CpuPer(string thing, double microseconds) => new("CPU", $"CPU-µs/{thing}", false, microseconds);

    public static Measured Latency(string percentile, double microseconds) => new(percentile, "µs", false, microseconds);

    public static Measured PerSecond(string thing, double count) => new("rate", $"{thing}/s", true, count);
}
