using System.Globalization;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>Several commands on one config folder share one session, whoever of them holds it.</summary>
[Trait("Category", Suites.Lifecycle)]
public sealed class SharedFolderTests : IAsyncLifetime
{
    private const byte First = (byte)'1';
    private const byte Second = (byte)'2';
    private readonly Tunnel _tunnel = new();
    private readonly EchoTarget _first = new(First);
    private readonly EchoTarget _second = new(Second);

    public async ValueTask InitializeAsync() => await _tunnel.StartHubAsync();

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Theory]
    [InlineData(Signals.KillNow)]
    [InlineData(Signals.Terminate)]
    public async Task TwoExposeAndOneReachShareASessionAndTakeItOverWithTheirPorts(int signal)
    {
        const string Folder = "shared";
        var holder = _tunnel.Run(Folder, Expose("one", _first));
        var onePort = await holder.PortFromEventAsync("exposed");
        var other = _tunnel.Run(Folder, Expose("two", _second));
        var twoPort = await other.PortFromEventAsync("exposed");
        var reacher = _tunnel.Run(Folder, ["reach", "two", "--port", Text(FreePorts.One())]);
        var reachPort = await reacher.PortFromEventAsync("listening");
        foreach (var attached in new[] { other, reacher })
            Assert.Equal(holder.Id, (await attached.EventAsync("attached")).GetProperty("holder").GetInt32());
        Assert.True(await EchoTarget.AnswersAsync(onePort, First));
        Assert.True(await EchoTarget.AnswersAsync(twoPort, Second));
        Assert.True(await EchoTarget.AnswersAsync(reachPort, Second));

        holder.Process.Signal(signal);
        await holder.Process.WaitForExitAsync();
        await Until.TrueAsync(() => EchoTarget.AnswersAsync(twoPort, Second), "the exposed service has its port again");
        await Until.TrueAsync(() => EchoTarget.AnswersAsync(reachPort, Second), "the reached service has its port again");
        Assert.False(await EchoTarget.AnswersAsync(onePort, First), "The service went with its command.");

        var again = _tunnel.Run(Folder, Expose("one", _first));
        Assert.Equal(onePort, await again.PortFromEventAsync("exposed"));
        Assert.True(await EchoTarget.AnswersAsync(onePort, First));
    }

    [Fact]
    public async Task FileWithSeveralServicesIsExposedAndReachedAndOneRefusalStopsNoOther()
    {
        await _tunnel.ExposeAsync("taken", _first.Port);
        var wanted = _tunnel.Hub.FirstTunnelPort + HubProcess.TunnelPortCount - 1;
        var reached = FreePorts.One();
        var file = _tunnel.Scratch.File("services.yml");
        await File.WriteAllTextAsync(file,
            $$"""
            services:
              plain: 127.0.0.1:{{Text(_first.Port)}}
              taken: 127.0.0.1:{{Text(_second.Port)}}
              wanted: { target: 127.0.0.1:{{Text(_second.Port)}}, port: {{Text(wanted)}} }
            reach:
              wanted: {{Text(reached)}}
            """, TestContext.Current.CancellationToken);
        var agent = _tunnel.Run("up", ["up", "--file", file]);
        Assert.Equal(reached, await agent.PortFromEventAsync("listening"));
        var plain = await PortOfAsync(agent, "plain");
        Assert.Equal(wanted, await PortOfAsync(agent, "wanted"));
        Assert.True(await EchoTarget.AnswersAsync(plain, First));
        Assert.True(await EchoTarget.AnswersAsync(wanted, Second));
        Assert.True(await EchoTarget.AnswersAsync(reached, Second));
        var errors = agent.Process.Output.Where(line => line.StartsWith("{\"event\":\"error\"", StringComparison.Ordinal));
        Assert.Contains("\"service\":\"taken\"", Assert.Single(errors), StringComparison.Ordinal);
        agent.Process.Signal(Signals.Terminate);
        Assert.Equal(0, await agent.Process.WaitForExitAsync());
    }

    private static string[] Expose(string name, EchoTarget target) =>
        ["expose", $"127.0.0.1:{Text(target.Port)}", "--name", name];

    private static async Task<int> PortOfAsync(AgentProcess agent, string service)
    {
        var line = await agent.Process.WaitForLineAsync(
            text => text.StartsWith($"{{\"event\":\"exposed\",\"service\":\"{service}\",", StringComparison.Ordinal),
            $"{service} is exposed");
        using var document = System.Text.Json.JsonDocument.Parse(line);
        return document.RootElement.GetProperty("port").GetInt32();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
