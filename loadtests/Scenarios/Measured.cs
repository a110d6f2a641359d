namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>One figure of one run. One without a better side describes the run and is not compared.</summary>
internal sealed record Measured(string What, string Unit, Better Better, double Value)
{
    public static Measured Rate(double gigabytesPerSecond) => new("rate", "GB/s", Better.Higher, gigabytesPerSecond);

    public static Measured CpuPerGigabyte(double seconds) => new("CPU", "CPU-s/GB", Better.Lower, seconds);

    public static Measured CpuPer(string thing, double microseconds) =>
        new("CPU", $"CPU-µs/{thing}", Better.Lower, microseconds);

    public static Measured Latency(string percentile, double microseconds) =>
        new(percentile, "µs", Better.Lower, microseconds);

    public static Measured PerSecond(string thing, double count) => new("rate", $"{thing}/s", Better.Higher, count);
}

internal enum Better
{
    Neither,
    Higher,
    Lower,
}
