using System.Diagnostics;
using System.Runtime.CompilerServices;
using PrivateConnect.Hub;
using Xunit;

namespace PrivateConnect.Web.Tests.OpenId;

/// <summary>A real OpenID provider in a process of its own, on loopback; ends when its input closes.</summary>
public sealed class ProviderProcess : IAsyncLifetime
{
    private const string Redirect = "http://localhost:3000" + OpenIdOptions.CallbackPath;

    private Process? _process;
    private int _port;

    public OpenIdOptions Options => new(new Uri($"http://127.0.0.1:{_port}"), "hub", "hub-secret");

    public async ValueTask InitializeAsync()
    {
        var modules = await RunAsync(Beside("../../install-oidc-provider.sh"));
        _process = Process.Start(new ProcessStartInfo("node", [Beside("provider.mjs"), modules, Redirect])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) =>
        {
            if (int.TryParse(line.Data, out var number)) port.TrySetResult(number);
            else if (line.Data is null) port.TrySetException(new InvalidOperationException("The OpenID provider did not start."));
        };
        _process.BeginOutputReadLine();
        _port = await port.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<string> RunAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo(script) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{script} ended with {process.ExitCode}");
    }

    private static string Beside(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, name));
}
