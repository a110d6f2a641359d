using System.Diagnostics;
using System.Net.Sockets;
using HdrHistogram;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>One 64-byte message there and back at a time on each connection, alone or beside bulk downloads on the same path.</summary>
internal sealed class PingPong(string name, string title, int connections, int bulkBeside)
    : IScenario
{
    private const long LongestNanoseconds = 60_000_000_000;
    private const double NanosecondsPerMicrosecond = 1e3;
    private const double BytesPerGigabyte = 1e9;

    public string Name => name;

    public string Title => title;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using var bulk = new Bulk.BulkLoad(context.Entry, Role.Source, bulkBeside);
        using var threads = new ClientThreads();
        var recorder = HistogramFactory.With64BitBucketSize().WithValuesUpTo(LongestNanoseconds).WithPrecisionOf(3)
            .WithThreadSafeWrites().WithThreadSafeReads().Create();
        for (var i = 0; i < connections; i++)
            threads.Add(context.Entry, Role.Echo, socket => Ping(socket, recorder, threads));
        var window = context.Measure(() => (Histogram: recorder.GetIntervalHistogram(), bulk.Received));
        threads.ThrowIfBroken();
        bulk.ThrowIfBroken();
        // A thread that is still waiting for its echo must not be cut off in the middle of a record.
        threads.EndAndJoin();

        var histogram = window.After.Histogram;
        if (histogram.TotalCount == 0) throw new IOException("Not one message came back in the measured time.");
        List<Measured> figures =
        [
            Measured.Latency("p50", histogram.GetValueAtPercentile(50) / NanosecondsPerMicrosecond),
            Measured.Latency("p99", histogram.GetValueAtPercentile(99) / NanosecondsPerMicrosecond),
        ];
        if (bulkBeside == 0)
            figures.Add(Measured.CpuPer("round trip", window.CpuSeconds * 1e6 / histogram.TotalCount));
        else
            figures.Add(Measured.Rate(
                (window.After.Received - window.Before.Received) / BytesPerGigabyte / window.Seconds));
        return figures;
    }

    private static void Ping(Socket socket, Recorder recorder, ClientThreads threads)
    {
        var message = new byte[Sockets.MessageBytes];
        while (!threads.Ending)
        {
            var start = Stopwatch.GetTimestamp();
            Sockets.SendAll(socket, message);
            Sockets.ReceiveAll(socket, message);
            recorder.RecordValue(Stopwatch.GetElapsedTime(start).Ticks * TimeSpan.NanosecondsPerTick);
        }
    }
}
