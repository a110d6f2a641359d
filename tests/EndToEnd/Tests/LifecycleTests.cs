using System.Globalization;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>Starting, ending and standing side by side, as scripts rely on it.</summary>
[Trait("Category", Suites.Lifecycle)]
public sealed class LifecycleTests : IAsyncLifetime
{
    private const byte Name = (byte)'A';
    private const byte OtherName = (byte)'B';
    private const int InterruptSignal = 2;

    /// <summary>Far beyond <see cref="Until.Cap"/>: who ends within that does not wait for it.</summary>
    private static readonly Dictionary<string, string> s_longDrain = new() { ["DRAIN_SECONDS"] = "600" };

    private readonly Tunnel _tunnel = new();
    private readonly EchoTarget _echo = new(Name);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Fact]
    public async Task HubWritesItsIdAndPinBeforeItIsHealthyAndKeepsSecretsPrivate()
    {
        await _tunnel.StartHubAsync();
        Assert.Equal(_tunnel.Hub.Process.Id, _tunnel.Hub.Id); // run.sh execs: no wrapper stays
        Assert.Matches("^sha256:[0-9a-f]{64}$", _tunnel.Hub.Pin);
        foreach (var file in Directory.GetFiles(_tunnel.Hub.DataFolder).Where(IsSecret))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task TerminateEndsHubAndAgentsWithZero()
    {
        await _tunnel.StartHubAsync(s_longDrain);
        await _tunnel.ExposeAsync("echo", _echo.Port);
        await _tunnel.ReachAsync("echo");
        _tunnel["reach echo"].Process.Signal(Signals.Terminate);
        Assert.Equal(0, await _tunnel["reach echo"].Process.WaitForExitAsync());
        _tunnel["expose echo"].Process.Signal(InterruptSignal);
        Assert.Equal(0, await _tunnel["expose echo"].Process.WaitForExitAsync());
        _tunnel.Hub.Process.Signal(Signals.Terminate);
        Assert.Equal(0, await _tunnel.Hub.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task TerminateWithAgentsButNoStreamEndsAtOnceAndTheyComeBack()
    {
        await _tunnel.StartHubAsync(s_longDrain);
        var port = await _tunnel.ExposeAsync("echo", _echo.Port);
        var reach = await _tunnel.ReachAsync("echo");
        Assert.True(await EchoTarget.AnswersAsync(reach, Name)); // a stream that is over counts no more
        _tunnel.Hub.Process.Signal(Signals.Terminate);
        Assert.Equal(0, await _tunnel.Hub.Process.WaitForExitAsync());
        await _tunnel.Hub.StartAsync();
        await Until.TrueAsync(() => EchoTarget.AnswersAsync(port, Name), "the port leads to the service again");
        await Until.TrueAsync(() => EchoTarget.AnswersAsync(reach, Name), "the name leads to the service again");
    }

    [Fact]
    public async Task TerminateWaitsForALivingStreamUntilTheDrainTimeAndThenResetsIt()
    {
        await _tunnel.StartHubAsync(new Dictionary<string, string> { ["DRAIN_SECONDS"] = "1" });
        using var client = await OpenStreamAsync();
        _tunnel.Hub.Process.Signal(Signals.Terminate);
        Assert.Equal(0, await _tunnel.Hub.Process.WaitForExitAsync());
        Assert.Equal(Ending.Reset, (await client.ReadToEndAsync()).Ending);
    }

    [Fact]
    public async Task StreamThatEndsWhileDrainingEndsCleanly()
    {
        await _tunnel.StartHubAsync(s_longDrain);
        using var client = await OpenStreamAsync();
        _tunnel.Hub.Process.Signal(Signals.Terminate);
        await Until.TrueAsync(async () => !await _tunnel.Hub.IsHealthyAsync(), "the hub takes no more requests, or ends");
        await client.SendPatternAsync(1);
        Assert.Single(await client.ReadExactlyAsync(1));
        client.FinishSending();
        Assert.Equal(Ending.CleanEnd, (await client.ReadToEndAsync()).Ending);
        Assert.Equal(0, await _tunnel.Hub.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task SecondTerminateEndsAtOnce()
    {
        await _tunnel.StartHubAsync(s_longDrain);
        using var client = await OpenStreamAsync();
        _tunnel.Hub.Process.Signal(Signals.Terminate);
        await Until.TrueAsync(async () => !await _tunnel.Hub.IsHealthyAsync(), "the hub drains");
        Assert.False(_tunnel.Hub.Process.HasExited, "It did not wait for the living stream.");
        _tunnel.Hub.Process.Signal(Signals.Terminate);
        await _tunnel.Hub.Process.WaitForExitAsync();
        Assert.Equal(Ending.Reset, (await client.ReadToEndAsync()).Ending);
    }

    [Fact]
    public async Task TwoHubsSideBySideKeepTheirServicesApart()
    {
        await using var other = new Tunnel();
        await using var otherEcho = new EchoTarget(OtherName);
        await _tunnel.StartHubAsync();
        await other.StartHubAsync();
        var port = await _tunnel.ExposeAsync("echo", _echo.Port);
        var otherPort = await other.ExposeAsync("echo", otherEcho.Port);
        var reach = await _tunnel.ReachAsync("echo");
        var otherReach = await other.ReachAsync("echo");
        Assert.True(await EchoTarget.AnswersAsync(port, Name));
        Assert.True(await EchoTarget.AnswersAsync(reach, Name));
        Assert.True(await EchoTarget.AnswersAsync(otherPort, OtherName));
        Assert.True(await EchoTarget.AnswersAsync(otherReach, OtherName));
    }

    [Fact]
    public async Task ServiceThatComesBackHasItsPortAgain()
    {
        await _tunnel.StartHubAsync();
        await _tunnel.ExposeAsync("first", _echo.Port);
        var port = await _tunnel.ExposeAsync("echo", _echo.Port);
        _tunnel["expose echo"].Process.Signal(Signals.Terminate);
        await _tunnel["expose echo"].Process.WaitForExitAsync();
        Assert.Equal(port, await _tunnel.ExposeAsync("echo", _echo.Port));
    }

    [Fact]
    public async Task ExposeSucceedsWhileTheTargetIsDown()
    {
        await _tunnel.StartHubAsync();
        var nobody = FreePorts.One();
        var port = await _tunnel.ExposeAsync("later", nobody);
        Assert.InRange(
            port, _tunnel.Hub.FirstTunnelPort, _tunnel.Hub.FirstTunnelPort + HubProcess.TunnelPortCount - 1);
    }

    [Fact]
    public async Task MalformedBootstrapKeyIsRefusedInASentence()
    {
        await BuiltProduct.EnsureAsync();
        await using var hub = ChildProcess.Start(
            "hub", Path.Combine(RepositoryRoot.Path, "run.sh"), ["--no-build"], new Dictionary<string, string>
            {
                ["PORT"] = FreePorts.One().ToString(CultureInfo.InvariantCulture),
                ["WEB_PORT"] = FreePorts.One().ToString(CultureInfo.InvariantCulture),
                ["DATA_DIR"] = _tunnel.Scratch.Folder("malformed"),
                ["BOOTSTRAP_API_KEY"] = "secret",
            }, RepositoryRoot.Path);
        Assert.NotEqual(0, await hub.WaitForExitAsync());
        await hub.AllOutputAsync();
        Assert.Contains("pc_", hub.Transcript, StringComparison.Ordinal);
        Assert.Contains("48", hub.Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", hub.Transcript, StringComparison.Ordinal);
    }

    /// <summary>A stream that has carried its target's name.</summary>
    private async Task<Peer> OpenStreamAsync()
    {
        var client = await Peer.ConnectAsync(await _tunnel.ExposeAsync("echo", _echo.Port));
        Assert.Equal(Name, Assert.Single(await client.ReadExactlyAsync(1)));
        return client;
    }

    private static bool IsSecret(string file) => !file.EndsWith("hub.pin", StringComparison.Ordinal)
        && !file.EndsWith("hub.pid", StringComparison.Ordinal) && !file.EndsWith(".crt", StringComparison.Ordinal);
}
