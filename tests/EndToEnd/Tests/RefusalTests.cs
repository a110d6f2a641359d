using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using PrivateConnect.EndToEnd.Streams;
using PrivateConnect.Testing;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>What a person gets wrong: each ends with its own code and a reason, never with a stack trace.</summary>
[Trait("Category", Suites.BadInput)]
public sealed class RefusalTests(HubFixture hub) : IClassFixture<HubFixture>
{
    private readonly Tunnel _tunnel = hub.Tunnel;
    private readonly EchoTarget _echo = hub.Echo;

    [Fact]
    public async Task WrongKeyUnknownServiceWrongPinAndNoHubEachHaveTheirOwnCode()
    {
        var otherKey = "pc_" + new string('0', 48);
        var otherPin = "sha256:" + new string('0', 64);
        await using var nowhere = new HubProcess(_tunnel.Scratch.Folder("nowhere"));
        await using var unreachable = AgentProcess.Run(
            nowhere, _tunnel.Scratch.Folder("unreachable"), ExposeEcho, _tunnel.Hub.Key, _tunnel.Hub.Pin);

        int[] codes =
        [
            await RefusedCodeAsync(_tunnel.Run("wrong-key", ExposeEcho, key: otherKey)),
            await RefusedCodeAsync(_tunnel.Run("unknown", ["reach", "no-such-service"])),
            await RefusedCodeAsync(_tunnel.Run("wrong-pin", ExposeEcho, pin: otherPin)),
            await RefusedCodeAsync(unreachable),
        ];
        Assert.True(codes.Distinct().Count() == codes.Length,
            $"Wrong key, unknown service, wrong pin, no hub: {string.Join(", ", codes)}");
    }

    [Fact]
    public async Task BadOptionIsNamed()
    {
        var agent = _tunnel.Run("bad-option", [.. ExposeEcho, "--colour", "blue"]);
        await RefusedCodeAsync(agent);
        Assert.Contains("--colour", agent.Process.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondServiceOfANameIsRefusedWithTheHoldersLabel()
    {
        await _tunnel.ExposeAsync("echo", _echo.Port);
        var second = _tunnel.Run("second-of-a-name", ExposeEcho);
        await RefusedCodeAsync(second);
        Assert.Contains("echo", second.Process.Transcript, StringComparison.Ordinal);
        // An agent that was given no other label carries its machine's name.
        Assert.Contains(Environment.MachineName, second.Process.Transcript, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task PortThatIsTakenIsRefusedWithItsHolder()
    {
        var port = await _tunnel.ExposeAsync("holder", _echo.Port);
        var second = _tunnel.Run("second-of-a-port",
            [.. Expose("other"), "--port", port.ToString(CultureInfo.InvariantCulture)]);
        await RefusedCodeAsync(second);
        Assert.Contains("holder", second.Process.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortThatIsFreeIsGranted()
    {
        var wanted = _tunnel.Hub.FirstTunnelPort + HubProcess.TunnelPortCount - 1;
        var agent = _tunnel.Run("wanted", [.. Expose("wanted"), "--port", wanted.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(wanted, await agent.PortFromEventAsync("exposed"));
        Assert.True(await EchoTarget.AnswersAsync(wanted, HubFixture.Name));
    }

    [Fact]
    public async Task VisitorOfATargetThatRefusesIsReset()
    {
        using var refusing = new RefusingPort();
        var port = await _tunnel.ExposeAsync("down", refusing.Port);
        var reach = await _tunnel.ReachAsync("down");
        foreach (var way in new[] { port, reach })
        {
            var watch = Stopwatch.StartNew();
            var received = await Peer.ConnectAndReadToEndAsync(way);
            TestContext.Current.TestOutputHelper?.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"The reset took {watch.Elapsed.TotalMilliseconds:0} ms"));
            Assert.Equal((0L, Ending.Reset), (received.Bytes, received.Ending));
        }
    }

    [Fact]
    public async Task PortOfAServiceWhoseAgentIsGoneIsNotLeftOpen()
    {
        var port = await _tunnel.ExposeAsync("killed", _echo.Port);
        _tunnel["expose killed"].Process.Signal(Signals.KillNow);
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    return (await Peer.ConnectAndReadToEndAsync(port)).Ending == Ending.Reset;
                }
                catch (SocketException)
                {
                    return true; // refused: nobody listens
                }
            },
            "visitors are refused or reset");
        var reach = await _tunnel.Run("reach-killed", ["reach", "killed"]).EventAsync("listening");
        Assert.Contains(Environment.MachineName, reach.GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    private string[] ExposeEcho => Expose("echo");

    private string[] Expose(string name) =>
        ["expose", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_echo.Port}"), "--name", name];

    /// <summary>The code of a command that must end by itself, with a reason and without a stack trace.</summary>
    private static async Task<int> RefusedCodeAsync(AgentProcess agent)
    {
        var code = await agent.Process.WaitForExitAsync();
        await agent.Process.AllOutputAsync();
        Assert.True(code != 0, agent.Process.Transcript);
        Assert.True(agent.Process.Transcript.Split('\n').Length > 2, $"Ended with {code} and said nothing.");
        Assert.DoesNotContain("   at ", agent.Process.Transcript, StringComparison.Ordinal);
        return code;
    }
}
