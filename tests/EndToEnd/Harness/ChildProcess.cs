using System.Diagnostics;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>
/// A process this program started, with everything it printed. It is ended by its id when disposed: first asked, then
/// killed. Lines are kept (bounded) so that a failure can show what the process said.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int MaxLinesKept = 2_000;
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    // What a developer's shell may hold and what must not leak into a process under test.
    private static readonly string[] ProductVariables =
    [
        "PORT", "BIND", "WEB_PORT", "WEB_BIND", "TUNNEL_PORTS", "TUNNEL_BIND", "DATABASE_URL", "DATA_DIR", "APP_URL",
        "TRUSTED_PROXIES", "TLS_CERT", "TLS_KEY", "TLS_CIPHERS", "HUB_MEMORY", "DRAIN_SECONDS", "BOOTSTRAP_API_KEY",
        "CONNECT_HUB_URL", "CONNECT_MEMORY", "CONNECT_CONFIG", "PRIVATECONNECT_TOKEN",
    ];

    private readonly Process _process;
    private int _isDisposed;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Task _pumps;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        Name = name;
        Id = process.Id;
        _pumps = Task.WhenAll(Pump(process.StandardOutput, _output), Pump(process.StandardError, _errors));
    }

    public string Name { get; }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public static ChildProcess Start(
        string name,
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingFolder = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingFolder ?? "",
        };
        foreach (var variable in ProductVariables) start.Environment.Remove(variable);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{name}: {file} did not start");
        process.StandardInput.Close();
        return new ChildProcess(process, name);
    }

    public IReadOnlyList<string> Output { get { lock (_gate) return [.. _output]; } }

    /// <summary>Everything it printed, once it has ended.</summary>
    public async Task<IReadOnlyList<string>> AllOutputAsync()
    {
        await _pumps;
        return Output;
    }

    /// <summary>Everything printed so far, for the message of a failure.</summary>
    public string Transcript
    {
        get { lock (_gate) return $"--- {Name} ({Id})\n{string.Join('\n', _output.Concat(_errors).TakeLast(60))}\n---"; }
    }

    public void Signal(int signal)
    {
        if (!_process.HasExited) Signals.Send(Id, signal);
    }

    /// <summary>The first output line, from <paramref name="from"/> on, that satisfies the question.</summary>
    public async Task<string> WaitForLineAsync(
        Func<string, bool> wanted, string what, int from = 0, TimeSpan? cap = null)
    {
        string? found = null;
        await Until.TrueAsync(
            () =>
            {
                var ended = _process.HasExited && _pumps.IsCompleted;
                lock (_gate) found = _output.Skip(from).FirstOrDefault(wanted);
                if (found is null && ended)
                    throw new InvalidOperationException(
                        $"{Name} ended with {_process.ExitCode} before {what}\n{Transcript}");
                return found is not null;
            },
            $"{Name}: {what}",
            cap);
        return found!;
    }

    public async Task<int> WaitForExitAsync(TimeSpan? cap = null)
    {
        using var limit = new CancellationTokenSource(cap ?? Until.Cap);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Name} ({Id}) still runs after {(cap ?? Until.Cap).TotalSeconds:0} s\n{Transcript}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        // A test may end a process itself that its tunnel ends too.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        if (!_process.HasExited)
        {
            Signals.Send(Id, Signals.Terminate);
            using var patience = new CancellationTokenSource(PatienceAtEnd);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private async Task Pump(StreamReader from, List<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
            lock (_gate)
                if (to.Count < MaxLinesKept) to.Add(line);
    }
}
