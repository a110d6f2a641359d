using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PrivateConnect.LoadTests.Control;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Api;

/// <summary>
/// Reads of the hub's API: every page of the two long lists once, then a mix at a fixed rate. Latency counts from the
/// moment a request was due, so a slow answer also counts against those that waited behind it.
/// </summary>
internal sealed class ApiReads : IDisposable
{
    public const string Verb = "api-reads";

    /// <summary>API keys with spaces between them: each has its own rate limit. Never in argv, which everybody can read.</summary>
    public const string KeysVariable = "API_KEYS";

    private const int PageSize = 200;

    // A request that is due finds a free connection until so many are under way: 64 ms of them at 500 a second.
    private const int Connections = 32;

    private const int PauseMicroseconds = 5_000;

    private readonly string[] _keys;
    private readonly ApiConnection[] _connections;
    private readonly ConcurrentBag<(string Kind, double Milliseconds)> _taken = [];
    private int _failed;

    private ApiReads(Uri hub, string[] keys) =>
        (_keys, _connections) = (keys, [.. Enumerable.Range(0, Connections).Select(_ => new ApiConnection(hub))]);

    /// <summary>Prints a line per kind of request; 0 when every one was answered and the mix's p99 met the bar (0: there is none).</summary>
    public static int Run(string hub, int rate, int seconds, int bar)
    {
        var judge = new Judge();
        var keys = (Environment.GetEnvironmentVariable(KeysVariable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (keys.Length == 0) throw new ArgumentException($"{KeysVariable} holds no API key.");
        using var load = new ApiReads(new Uri(hub), keys);
        load.Get(0, 0, "warm-up", "/v1/agents?limit=1", Stopwatch.GetTimestamp());
        load._taken.Clear();
        var paths = new List<(string, string)>();
        foreach (var list in (string[])["agents", "services"]) paths.AddRange(load.Walk(list));
        load.Print("every page once, one after the other");
        load._taken.Clear();
        load.Mix([.. paths], rate, seconds);
        var p99 = load.Print(string.Create(CultureInfo.InvariantCulture, $"{rate} reads a second for {seconds} s"));
        if (bar > 0) judge.AtMost("p99 of all reads", p99, bar, "ms");
        judge.AtMost("reads not answered", load._failed, 0, "");
        return judge.ExitCode;
    }

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }

    /// <summary>Reads a list to its end and gives back addresses of it: each of its pages and the first row of each.</summary>
    private List<(string Kind, string Path)> Walk(string list)
    {
        var paths = new List<(string, string)>();
        var cursor = "";
        for (var page = 0; ; page++)
        {
            var path = $"/v1/{list}?limit={PageSize}{cursor}";
            if (!Get(0, page, $"{list}, page of {PageSize}", path, Stopwatch.GetTimestamp(), out var body))
                throw new IOException($"{path} was not answered.");
            using var document = JsonDocument.Parse(body);
            var items = document.RootElement.GetProperty("items");
            if (items.GetArrayLength() == 0) return paths;
            paths.Add(($"{list}, page of 50", $"/v1/{list}?limit=50{cursor}"));
            paths.Add(($"{list}, one", $"/v1/{list}/{items[0].GetProperty(list == "agents" ? "id" : "name").GetString()}"));
            if (!document.RootElement.TryGetProperty("next", out var next) || next.GetString() is not { } more) return paths;
            cursor = $"&cursor={Uri.EscapeDataString(more)}";
            // The keys' rate limits are for programs that have a heart.
            ShortPause.Wait(PauseMicroseconds);
        }
    }

    private void Mix((string Kind, string Path)[] paths, int rate, int seconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var next = -1;
        using var threads = new ClientThreads();
        for (var connection = 0; connection < Connections; connection++)
        {
            var mine = connection;
            threads.Run(
                () =>
                {
                    for (var i = Interlocked.Increment(ref next); i < rate * seconds; i = Interlocked.Increment(ref next))
                    {
                        var due = begin + (long)((double)i / rate * Stopwatch.Frequency);
                        var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due).TotalMicroseconds;
                        if (early > 0) ShortPause.Wait((int)early);
                        // A prime step: all kinds and depths in any second.
                        var (kind, path) = paths[(int)(i * 7_919L % paths.Length)];
                        Get(mine, i, kind, path, due);
                    }
                },
                mayEnd: true);
        }

        threads.Join();
        threads.ThrowIfBroken();
    }

    private void Get(int connection, int turn, string kind, string path, long due) => Get(connection, turn, kind, path, due, out _);

    private bool Get(int connection, int turn, string kind, string path, long due, out ReadOnlyMemory<byte> body)
    {
        (var status, body) = _connections[connection].Get(path, $"Authorization: Bearer {_keys[turn % _keys.Length]}");
        _taken.Add((kind, Stopwatch.GetElapsedTime(due).TotalMilliseconds));
        if (status == 200) return true;
        if (Interlocked.Increment(ref _failed) == 1) Console.Error.WriteLine($"{path}: {status} {Encoding.UTF8.GetString(body.Span)}");
        return false;
    }

    private double Print(string title)
    {
        Console.WriteLine($"{title}; {_failed} failed");
        Latencies.PrintHead();
        foreach (var kind in _taken.GroupBy(one => one.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
            Latencies.Print(kind.Key, kind.Select(one => one.Milliseconds));
        return Latencies.Print("all", _taken.Select(one => one.Milliseconds));
    }
}
