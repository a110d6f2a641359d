using System.Globalization;
using System.Security.Cryptography;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>A hub started by <c>./run.sh --no-build</c> with its own ports and data folder.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    public const int TunnelPortCount = 16;

    // A connection per question: a kept one would be answered by a hub that takes no new ones any more.
    private static readonly HttpClient Http =
        new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Dictionary<string, string> _environment;
    private ChildProcess? _process;

    public HubProcess(string dataFolder, IReadOnlyDictionary<string, string>? more = null)
    {
        DataFolder = dataFolder;
        Port = FreePorts.One();
        WebPort = FreePorts.One();
        FirstTunnelPort = FreePorts.Range(TunnelPortCount);
        Key = "pc_" + RandomNumberGenerator.GetHexString(48, lowercase: true);
        _environment = new Dictionary<string, string>(more ?? new Dictionary<string, string>())
        {
            ["PORT"] = Text(Port),
            ["WEB_PORT"] = Text(WebPort),
            ["TUNNEL_PORTS"] = $"{FirstTunnelPort}-{FirstTunnelPort + TunnelPortCount - 1}",
            ["DATA_DIR"] = dataFolder,
            ["BOOTSTRAP_API_KEY"] = Key,
        };
    }

    public string DataFolder { get; }

    public int Port { get; }

    public int WebPort { get; }

    public int FirstTunnelPort { get; }

    public string Key { get; }

    public string Url => $"https://localhost:{Port}";

    public string Pin => File.ReadAllText(Path.Combine(DataFolder, "hub.pin")).Trim();

    /// <summary>The hub itself, as it wrote it down; the shell that started it may have been another process.</summary>
    public int Id => int.Parse(File.ReadAllText(Path.Combine(DataFolder, "hub.pid")), CultureInfo.InvariantCulture);

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The hub is not started.");

    /// <summary>Starts it, again after a kill too, and waits for /health.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = ChildProcess.Start(
            "hub", Path.Combine(RepositoryRoot.Path, "run.sh"), ["--no-build"], _environment, RepositoryRoot.Path);
        await Until.TrueAsync(
            async () =>
            {
                if (_process.HasExited)
                    throw new InvalidOperationException($"The hub ended before /health answered\n{_process.Transcript}");
                return await IsHealthyAsync();
            },
            $"/health of the hub on port {Port} answers 200");
    }

    public async Task<bool> IsHealthyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>kill -9 of the hub itself.</summary>
    public async Task KillAsync()
    {
        Signals.Send(Id, Signals.KillNow);
        await Process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
