using System.Diagnostics;
using System.Text.Json;

namespace PrivateConnect.Agent.Tests;

/// <summary>The built program as a process: exit codes, one line of reason, signals.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string Granted = """{"agentId":"ag_1","label":"box","workspace":"default"}""";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "no command given: up, expose, reach, bench, diagnose, status, whoami, identity, logout")]
    [InlineData("foo", "'foo' is no command")]
    [InlineData("expose localhost:1", "--name")]
    [InlineData("expose localhost:1 --name A_", "--name 'A_'")]
    [InlineData("expose localhost:99999 --name a", "a port lies between 1 and 65535")]
    [InlineData("expose localhost:1 --name a --port 0", "--port '0': give a number from 1 to 65535")]
    [InlineData("expose localhost:1 --name a --port x", "--port 'x'")]
    [InlineData("expose localhost:1 --name a --hub hub", "--hub 'hub'")]
    [InlineData("expose localhost:1 --name a --hub http://example.org", "https://")]
    [InlineData("expose localhost:1 --name a --pin sha256:1", "--pin 'sha256:1'")]
    [InlineData("expose localhost:1 --name a --token pc_secret", "PRIVATECONNECT_TOKEN")]
    [InlineData("expose localhost:1 --name a --token=pc_secret", "PRIVATECONNECT_TOKEN")]
    [InlineData("expose localhost:1 --name a --bad", "'--bad' is not allowed with expose: allowed are --allow, --config")]
    [InlineData("expose localhost:1 --name a --weight 0", "--weight '0': give a number from 1 to 100")]
    [InlineData("expose localhost:1 --name a --limit 5MB", "--limit '5MB'")]
    [InlineData("expose localhost:1 --name a --limit 1M --floor 2M", "--floor")]
    [InlineData("reach -x", "-x")]
    [InlineData("reach UP", "NAME 'UP'")]
    [InlineData("bench --seconds 2", "--seconds '2': give a number from 3 to 60")]
    [InlineData("bench --seconds 61", "--seconds '61'")]
    [InlineData("bench A_", "SERVICE 'A_'")]
    [InlineData("bench --send", "--send: name the SERVICE")]
    [InlineData("status extra", "'extra' is not allowed with status")]
    [InlineData("up --file /nowhere.yml", "--file")]
    public async Task ABadCommandLineEndsWithTwoAndOneLine(string line, string words)
    {
        var result = await ConnectProcess.RunAsync(_folder.Location, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((int)ExitCode.Usage, result.Code);
        Assert.Contains(words, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("pc_secret", result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.TrimEnd('\n').Split('\n'));
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("whoami")]
    [InlineData("identity rotate")]
    [InlineData("expose localhost:1 --name a")]
    public async Task AnEmptyFolderWithoutAKeyEndsWithThree(string line)
    {
        var result = await ConnectProcess.RunAsync(_folder.Location, [.. line.Split(' '), "--json"]);
        Assert.Equal((int)ExitCode.NotEnrolled, result.Code);
        var error = JsonSerializer.Deserialize(result.Output, AgentJson.Default.AgentEvent)!;
        Assert.Equal(EventName.Error, error.Event);
        Assert.Equal((int)ExitCode.NotEnrolled, error.Code);
        Assert.StartsWith("{\"event\":\"error\",\"code\":3,\"text\":\"", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHubThatIsAwayEndsWithFour()
    {
        var result = await RunWithKeyAsync("expose", "localhost:1", "--name", "a", "--hub", "http://127.0.0.1:1");
        Assert.Equal((int)ExitCode.HubUnreachable, result.Code);
        Assert.Contains("nothing listens there", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APinMismatchEndsWithFive()
    {
        using var certificate = HttpHub.SelfSigned();
        await using var hub = new HttpHub("201 Created", Granted, certificate);
        foreach (var verb in new[] { "expose localhost:1 --name a", "up" })
        {
            var result = await RunWithKeyAsync([.. verb.Split(' '), "--hub", hub.Address.ToString(), "--pin", "sha256:" + new string('0', 64)]);
            Assert.Equal((int)ExitCode.NotTrusted, result.Code);
        }
    }

    [Fact]
    public async Task AWrongKeyEndsWithSixAndIsNeverShown()
    {
        await using var hub = new HttpHub("401 Unauthorized", "{}");
        var result = await RunWithKeyAsync("up", "--hub", hub.Address.ToString());
        Assert.Equal((int)ExitCode.KeyRefused, result.Code);
        Assert.DoesNotContain("pc_test", result.Errors + result.Output, StringComparison.Ordinal);
        Assert.False(_folder.Open().IsEnrolled);
    }

    [Fact]
    public async Task ALooseFolderEndsWithTwelveAndTheChmod()
    {
        _folder.Enrol("http://127.0.0.1:1").Dispose();
        File.SetUnixFileMode(_folder.Location, (UnixFileMode)0b111_101_101);
        var result = await ConnectProcess.RunAsync(_folder.Location, "whoami");
        Assert.Equal((int)ExitCode.ConfigFolder, result.Code);
        Assert.Contains($"chmod 700 '{_folder.Location}'", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoAmIAndLogOut()
    {
        _folder.Enrol("https://hub.example.org:3001", "sha256:" + new string('a', 64)).Dispose();
        var shown = await ConnectProcess.RunAsync(_folder.Location, "whoami", "--json");
        Assert.Equal(0, shown.Code);
        var identity = JsonSerializer.Deserialize(shown.Output, AgentJson.Default.AgentEvent)!;
        Assert.Equal("agent-1", identity.AgentId);
        Assert.Equal("https://hub.example.org:3001", identity.Hub);

        Assert.Equal(0, (await ConnectProcess.RunAsync(_folder.Location, "logout")).Code);
        Assert.False(_folder.Open().IsEnrolled);
        Assert.Equal((int)ExitCode.NotEnrolled, (await ConnectProcess.RunAsync(_folder.Location, "whoami")).Code);
    }

    [Fact]
    public async Task TheKeyIsTakenFromAFileAndTheIdentityKept()
    {
        await using var hub = new HttpHub("201 Created", Granted);
        var file = Path.Combine(_folder.Location, "token");
        await File.WriteAllTextAsync(file, "pc_file\n", TestContext.Current.CancellationToken);

        // The hub enrols, then answers the Upgrade with the same 201: not a hub's answer, so the first connection fails.
        var result = await ConnectProcess.RunAsync(
            _folder.Location, "expose", "localhost:1", "--name", "a", "--hub", hub.Address.ToString(), "--token-file", file, "--json");
        Assert.Contains("Bearer pc_file", hub.Requests[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"event\":\"enrolled\"", result.Output, StringComparison.Ordinal);
        Assert.Equal("ag_1", _folder.Open().ReadIdentity().AgentId);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task ASignalEndsItInOrder(string signal)
    {
        _folder.Enrol("http://127.0.0.1:1").Dispose();
        // Started by a shell in the background this program has SIGINT ignored, and so has what it starts: nothing would end it.
        using var cap = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cap.CancelAfter(TimeSpan.FromSeconds(30));
        using var process = ConnectProcess.Start(_folder.Location, new Dictionary<string, string>(), "up", "--json");
        Assert.Contains("reconnecting", await process.StandardOutput.ReadLineAsync(cap.Token), StringComparison.Ordinal);
        await Signal(process, signal);
        var rest = await process.StandardOutput.ReadToEndAsync(cap.Token);
        await process.WaitForExitAsync(cap.Token);
        Assert.Equal(0, process.ExitCode);
        Assert.EndsWith("{\"event\":\"stopped\"}\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKilledHolderFreesTheSessionForTheNext()
    {
        _folder.Enrol("http://127.0.0.1:1").Dispose();
        using var first = ConnectProcess.Start(_folder.Location, new Dictionary<string, string>(), "up", "--json");
        await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await using var second = new TestCommand(_folder.Location, isUp: true);
        var attached = await second.Log.WaitAsync(EventName.Attached);
        Assert.Equal(first.Id, attached.Holder);
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The second tries at once, or finds a third that was quicker; either way the folder is served again.
        await using var third = new TestCommand(_folder.Location, isUp: true);
        var next = await Task.WhenAny(third.Log.WaitAsync(EventName.Attached), second.Log.WaitAsync(EventName.Attached, 2));
        Assert.Equal(Environment.ProcessId, (await next).Holder);
    }

    private static async Task Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    private Task<ConnectProcess.Result> RunWithKeyAsync(params string[] args) =>
        ConnectProcess.RunAsync(_folder.Location, new Dictionary<string, string> { [TokenSource.Variable] = "pc_test" }, args);
}
