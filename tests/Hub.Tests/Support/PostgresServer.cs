using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>A PostgreSQL server of this test run alone: fresh data folder, loopback, gone when the run is. One database a test.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    // Generous: a loaded two-core machine that also fetches the programs.
    private static readonly TimeSpan StartCap = TimeSpan.FromMinutes(2);
    // Ends the server when our end of its input closes, however this process ends.
    private const string RunWhileInputIsOpen = "\"$@\" </dev/null & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pc-postgres-{Guid.NewGuid():N}");
    private Process? _server;
    private int _port;
    private int _databases;

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
        var programs = Path.Combine(await RunAsync("sh", InstallScript()), "native", "bin");
        Directory.CreateDirectory(_folder);
        var data = Path.Combine(_folder, "data");
        if (Environment.UserName == "root") await RunAsync("chown", "nobody:nogroup", _folder);
        await RunAsync([.. AsPlainUser(), Path.Combine(programs, "initdb"), "-D", data, "-U", "tester", "-A", "trust",
            "-E", "UTF8", "--locale=C", "--no-sync"]);
        _port = FreePort();
        var start = StartInfo([.. AsPlainUser(), "sh", "-c", RunWhileInputIsOpen, "sh",
            Path.Combine(programs, "postgres"), "-D", data, "-p", $"{_port}", "-k", _folder,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
            "-c", "full_page_writes=off", "-c", "max_connections=300"]);
        start.RedirectStandardInput = true;
        _server = Process.Start(start)!;
        _server.OutputDataReceived += static (_, _) => { };
        _server.ErrorDataReceived += static (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
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

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

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
