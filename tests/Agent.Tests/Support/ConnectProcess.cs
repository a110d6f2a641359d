using System.Diagnostics;

namespace PrivateConnect.Agent.Tests;

/// <summary>Runs the built program: the one beside the tests, or a native one that PRIVATECONNECT_TEST_AGENT names.</summary>
internal static class ConnectProcess
{
    public sealed record Result(int Code, string Output, string Errors);

    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var program = Environment.GetEnvironmentVariable("PRIVATECONNECT_TEST_AGENT")
            ?? Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "connect.exe" : "connect");
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(TokenSource.Variable);
        start.Environment.Remove(HubAddress.Variable);
        start.Environment["CONNECT_CONFIG"] = folder;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    public static async Task<Result> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        using var process = Start(folder, environment, args);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new Result(process.ExitCode, await output, await errors);
    }

    public static Task<Result> RunAsync(string folder, params string[] args) => RunAsync(folder, new Dictionary<string, string>(), args);
}
