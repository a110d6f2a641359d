using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>
/// A PostgreSQL server of this test run alone: fresh data folder, loopback, gone when the run is. One database a test.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    // Generous: a loaded two-core machine that also fetches the programs.
    private static readonly TimeSpan StartCap = TimeSpan.FromMinutes(2);
    // Ends the server when our end of its input closes, however this process ends.
    private const string RunWhileInputIsOpen = "\"$@\" </dev/null & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid";

    private readonly string[] _settings;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pc-postgres-{Guid.NewGuid():N}");
    private Process? _server;
    private string _programs = "";
    private int _port;
    private int _databases;

    public PostgresServer() => _settings = [];

    /// <summary>A server of a test's own, which may be stopped and killed, with settings of the form name=value.</summary>
    internal PostgresServer(params string[] settings) => _settings = settings;

    public int Port => _port;

    public string Url(string database) => $"postgresql://tester:secret@127.0.0.1:{_port}/{database}";

    public async Task<string> NewDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask InitializeAsync()
    {
        _programs = Path.Combine(await RunAsync("sh", InstallScript()), "native", "bin");
        Directory.CreateDirectory(_folder);
        if (Environment.UserName == "root") await RunAsync("chown", "nobody:nogroup", _folder);
        await RunAsync([.. AsPlainUser(), Path.Combine(_programs, "initdb"), "-D", Data, "-U", "tester", "-A", "trust",
            "-E", "UTF8", "--locale=C", "--no-sync"]);
        _port = FreePorts.One();
        await StartAsync();
    }

    /// <summary>Starts the server on its data, again after <see cref="KillAsync"/>.</summary>
    public async Task StartAsync()
    {
        var start = StartInfo([.. AsPlainUser(), "sh", "-c", RunWhileInputIsOpen, "sh",
            Path.Combine(_programs, "postgres"), "-D", Data, "-p", $"{_port}", "-k", _folder,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
            "-c", "full_page_writes=off", "-c", "max_connections=300",
            .. _settings.SelectMany(setting => (string[])["-c", setting])]);
        start.RedirectStandardInput = true;
        _server = Process.Start(start)!;
        _server.OutputDataReceived += static (_, _) => { };
        _server.ErrorDataReceived += static (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    /// <summary>SIGSTOP to every process of the server (it accepts connections no more and answers nothing), or SIGCONT.</summary>
    public async Task SignalAsync(string signal)
    {
        var main = MainProcess();
        var all = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id == main || ParentOf(id) == main);
        // A process may have ended meanwhile; kill(1) tells of it and goes on.
        await RunAsync(["sh", "-c", "sig=$1; shift; kill -$sig \"$@\" || true", "sh", signal, .. all.Select(id => $"{id}")]);
    }

    /// <summary>kill -9 of the server; its data stays.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        NpgsqlConnection.ClearAllPools();
        await EndAsync();
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false }) await SignalAsync("CONT");
        NpgsqlConnection.ClearAllPools();
        await EndAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private int MainProcess() => int.Parse(
        File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>0 for a process that is gone.</summary>
    private static int ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task EndAsync()
    {
        if (_server is null) return;
        _server.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    private async Task WaitUntilReadyAsync()
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (waiting.Elapsed < StartCap && !_server!.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=tester;Database={database};Pooling=false";

    // PostgreSQL refuses to run as root.
    private static string[] AsPlainUser() => Environment.UserName == "root"
        ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--reset-env"]
        : [];

    private static string InstallScript([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "install-postgres.sh"));

    private static async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(StartInfo(command))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {await error}");
        return (await output).Trim();
    }

    private static ProcessStartInfo StartInfo(string[] command) => new(command[0], command[1..])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    };
}
