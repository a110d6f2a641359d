using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

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

    // A request that is due while so many are under way still starts: the hub is loaded at the rate, whatever it does.
    private const int Connections = 32;

    private readonly HttpClient[] _clients;
    private readonly ConcurrentBag<(string Kind, double Milliseconds)> _taken = [];
    private int _failed;

    private ApiReads(Uri hub, IEnumerable<string> keys) => _clients = [.. keys.Select(key => new HttpClient(
        new SocketsHttpHandler { MaxConnectionsPerServer = Connections })
    {
        BaseAddress = hub,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    })];

    /// <summary>Prints a line per kind of request; 0 when every one was answered.</summary>
    public static async Task<int> RunAsync(string hub, int rate, int seconds)
    {
        var keys = (Environment.GetEnvironmentVariable(KeysVariable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (keys.Length == 0) throw new ArgumentException($"{KeysVariable} holds no API key.");
        using var load = new ApiReads(new Uri(hub), keys);
        await load.GetAsync(0, "warm-up", "/v1/agents?limit=1", Stopwatch.GetTimestamp());
        load._taken.Clear();
        var paths = new List<(string, string)>();
        foreach (var list in (string[])["agents", "services"]) paths.AddRange(await load.WalkAsync(list));
        load.Print("every page once, one after the other");
        load._taken.Clear();
        await load.MixAsync([.. paths], rate, seconds);
        load.Print(string.Create(CultureInfo.InvariantCulture, $"{rate} reads a second for {seconds} s"));
        return load._failed == 0 ? 0 : 1;
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    /// <summary>Reads a list to its end and gives back addresses of it: each of its pages and the first row of each.</summary>
    private async Task<IReadOnlyList<(string Kind, string Path)>> WalkAsync(string list)
    {
        var paths = new List<(string, string)>();
        var cursor = "";
        for (var page = 0; ; page++)
        {
            var path = $"/v1/{list}?limit={PageSize}{cursor}";
            var text = await GetAsync(page, $"{list}, page of {PageSize}", path, Stopwatch.GetTimestamp())
                ?? throw new IOException($"{path} was not answered.");
            using var document = JsonDocument.Parse(text);
            var items = document.RootElement.GetProperty("items");
            if (items.GetArrayLength() == 0) return paths;
            paths.Add(($"{list}, page of 50", $"/v1/{list}?limit=50{cursor}"));
            paths.Add(($"{list}, one", $"/v1/{list}/{items[0].GetProperty(list == "agents" ? "id" : "name").GetString()}"));
            if (!document.RootElement.TryGetProperty("next", out var next) || next.GetString() is not { } more) return paths;
            cursor = $"&cursor={Uri.EscapeDataString(more)}";
            // The keys' rate limits are for programs that have a heart.
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    private async Task MixAsync((string Kind, string Path)[] paths, int rate, int seconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var under = new List<Task>();
        for (var i = 0; i < rate * seconds; i++)
        {
            var due = begin + (long)((double)i / rate * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due) await Task.Delay(1);
            // A prime step: all kinds and depths in any second.
            var (kind, path) = paths[(int)(i * 7_919L % paths.Length)];
            under.Add(GetAsync(i, kind, path, due));
        }

        await Task.WhenAll(under);
    }

    private async Task<string?> GetAsync(int turn, string kind, string path, long due)
    {
        using var answer = await _clients[turn % _clients.Length].GetAsync(new Uri(path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        _taken.Add((kind, Stopwatch.GetElapsedTime(due).TotalMilliseconds));
        if (answer.IsSuccessStatusCode) return text;
        if (Interlocked.Increment(ref _failed) == 1) await Console.Error.WriteLineAsync($"{path}: {(int)answer.StatusCode} {text}");
        return null;
    }

    private void Print(string title)
    {
        Console.WriteLine($"{title}; {_failed} failed");
        Console.WriteLine($"  {"",-28}{"count",8}{"p50 ms",10}{"p99 ms",10}{"max ms",10}");
        foreach (var kind in _taken.GroupBy(one => one.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal)) Line(kind.Key, kind);
        Line("all", _taken);
    }

    private static void Line(string name, IEnumerable<(string, double Milliseconds)> taken)
    {
        var sorted = taken.Select(one => one.Milliseconds).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-28}{sorted.Length,8}{At(0.5),10:0.00}{At(0.99),10:0.00}{sorted[^1],10:0.00}"));

        double At(double part) => sorted[(int)(part * (sorted.Length - 1))];
    }
}
