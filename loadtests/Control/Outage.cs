using System.Diagnostics;
using System.Globalization;
using System.Net;
using PrivateConnect.LoadTests.Scenarios;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Control;

/// <summary>
/// Bulk through the tunnel in windows that take turns: something (the database) stopped, running, stopped … In each window new
/// visitors come too and are answered.
/// </summary>
internal static class Outage
{
    public const string Verb = "outage";

    private const int Streams = 8;

    // Windows of one kind differ by 15 % on a quiet machine (docs/decisions/0045); a data path that asked the database would stand still.
    private const double LeastRatio = 0.85;

    // What is under way when the signal comes belongs to neither window.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan VisitEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Prints a row a pair and the ratio; 0 when it meets its bar and every visitor was answered. Stop and go are commands of a shell.</summary>
    public static async Task<int> RunAsync(int port, int pairs, int seconds, string stop, string go)
    {
        var entry = new IPEndPoint(IPAddress.Loopback, port);
        using var load = new Bulk.BulkLoad(entry, Role.Source, Streams);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        Console.WriteLine($"  {"",-10}{"running GB/s",16}{"stopped GB/s",16}{"visitors",12}{"slowest ms",12}");
        var (running, stopped, failed) = (new List<double>(), new List<double>(), 0);
        for (var pair = 1; pair <= pairs; pair++)
        {
            // Every other pair begins with the outage, so that a drift of the machine hits both alike.
            var visits = new List<double>();
            foreach (var isStopped in pair % 2 == 1 ? (bool[])[false, true] : [true, false])
            {
                await ShellAsync(isStopped ? stop : go);
                await Task.Delay(Settle);
                var (rate, missed) = await WindowAsync(load, entry, seconds, visits);
                (isStopped ? stopped : running).Add(rate);
                failed += missed;
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {pair,-10}{running[^1],16:0.000}{stopped[^1],16:0.000}{visits.Count,12}{visits.Max(),12:0.0}"));
        }

        await ShellAsync(go);
        load.ThrowIfBroken();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {"median",-10}{Median(running),16:0.000}{Median(stopped),16:0.000}   stopped / running: {Median(stopped) / Median(running):0.000}; visitors not answered: {failed}"));
        var judge = new Judge();
        judge.AtLeast("throughput while stopped, of that while running", Median(stopped) / Median(running), LeastRatio, "times");
        judge.AtMost("visitors not answered", failed, 0, "");
        return judge.ExitCode;
    }

    private static async Task<(double Rate, int Missed)> WindowAsync(Bulk.BulkLoad load, IPEndPoint entry, int seconds, List<double> visits)
    {
        var (start, before, missed) = (Stopwatch.GetTimestamp(), load.Received, 0);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                using var visitor = Sockets.Connect(entry, Role.LightEcho);
                var message = new byte[Sockets.MessageBytes];
                Sockets.SendAll(visitor, message);
                Sockets.ReceiveAll(visitor, message);
                visits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
            {
                missed++;
            }

            await Task.Delay(VisitEvery);
        }

        return ((load.Received - before) / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9, missed);
    }

    internal static async Task ShellAsync(string command)
    {
        using var shell = Process.Start("/bin/sh", ["-c", command]);
        await shell.WaitForExitAsync();
        if (shell.ExitCode != 0) throw new IOException($"'{command}' ended with {shell.ExitCode}.");
    }

    private static double Median(List<double> rates)
    {
        var sorted = rates.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
