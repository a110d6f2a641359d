using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Control;

/// <summary>
/// Streams at full speed, one call of the API that takes their right away, and a stopwatch: when the last of them ended, and
/// what still came a second after the answer.
/// </summary>
internal static class CutStreams
{
    public const string Verb = "cut-streams";

    /// <summary>The API key of the call. Never in argv, which everybody can read.</summary>
    public const string KeyVariable = "API_KEY";

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Prints one row; 0 when all ended within a second of the answer and not a byte came later. Without a call
    /// ("-") the right ends by itself, at the moment that <paramref name="path"/> names in milliseconds of Unix time.
    /// </summary>
    public static async Task<int> RunAsync(string name, int port, int streams, string hub, string method, string path, string body)
    {
        using var http = new HttpClient { BaseAddress = new Uri(hub) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable(KeyVariable));
        using var load = new WatchedStreams(new IPEndPoint(IPAddress.Loopback, port), streams);
        await Task.Delay(Warm);
        var before = load.Received;
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(Warm);
        if (load.Living < streams) throw new IOException($"{name}: only {load.Living} of {streams} streams lived before the cut.");
        var rate = (load.Received - before) / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;

        var asked = Stopwatch.GetTimestamp();
        if (method == "-")
        {
            var left = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(path, CultureInfo.InvariantCulture)) - DateTimeOffset.UtcNow;
            if (left <= TimeSpan.Zero) throw new IOException($"{name}: the right ended before the streams were up.");
            await Task.Delay(left);
            asked = Stopwatch.GetTimestamp();
        }
        else
        {
            using var call = new HttpRequestMessage(new HttpMethod(method), path);
            if (body.Length > 0) call.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(call);
            if (!answer.IsSuccessStatusCode)
                throw new IOException($"{name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        var answered = Stopwatch.GetTimestamp();
        var received = load.Received;
        var rest = Bar - Stopwatch.GetElapsedTime(answered);
        load.WaitForEnd(rest);
        if (Bar - Stopwatch.GetElapsedTime(answered) is { Ticks: > 0 } more) await Task.Delay(more);
        var (living, atBar) = (load.Living, load.Received);
        var ended = load.WaitForEnd(Longest);
        var late = load.Received - atBar;
        var isMet = ended && living == 0 && late == 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-34}{streams,8}{rate,8:0.00}{Milliseconds(asked, answered),10:0.0}{(ended ? Milliseconds(answered, load.LastEnd) : double.NaN),12:0.0}{(atBar - received) / 1e6,12:0.00}{living,8}{late,12}{load.Reset,8}  {(isMet ? "met" : "missed")}"));
        return isMet ? 0 : 1;
    }

    public static void PrintHead() => Console.WriteLine(
        $"  {"",-34}{"streams",8}{"GB/s",8}{"call ms",10}{"last end ms",12}{"MB after",12}{"at 1 s",8}{"bytes later",12}{"resets",8}");

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
