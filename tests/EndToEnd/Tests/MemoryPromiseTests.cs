using System.Text.Json;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>A memory promise holds under load: nothing dies, every byte comes, and resident memory was never above it.</summary>
[Trait("Category", Suites.Memory)]
public sealed class MemoryPromiseTests : IAsyncLifetime
{
    private const long MiB = 1024 * 1024;
    private const long AgentPromise = 24 * MiB;
    private const long AgentCgroup = 32 * MiB;
    private const long HubPromise = 256 * MiB;
    private const int Agents = 3;
    private const int Usage = 2;

    private readonly Tunnel _tunnel = new();
    private MemoryCgroup? _cgroup;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        _cgroup?.Dispose();
    }

    [Fact]
    public async Task AnAgentStaysBelowItsPromise()
    {
        await _tunnel.StartHubAsync();
        await using var load = new MemoryLoad();
        _cgroup = MemoryCgroup.TryCreate(AgentCgroup);
        var (agent, ports) = await UpAsync(load, "one", ["--memory", "24M"], _cgroup);

        await load.RunAsync(ports["one-echo"], ports["one-flood"], ports["one-exact"]);
        await load.AssertIdleStreamsLiveAsync();

        Assert.False(agent.Process.HasExited, "The agent died.");
        AssertBelow(AgentPromise, agent.Id, _cgroup is null ? "no cgroup could be made; agent" : "in a cgroup of 32 MiB, agent");
    }

    [Fact]
    public async Task AHubWithSeveralAgentsStaysBelowItsPromise()
    {
        await _tunnel.StartHubAsync(new Dictionary<string, string> { ["HUB_MEMORY"] = "256M" });
        await using var load = new MemoryLoad();
        for (var i = 0; i < Agents; i++)
        {
            var name = $"agent{i}";
            var (_, ports) = await UpAsync(load, name, [], null);
            if (i == Agents - 1)
                await load.RunAsync(ports[$"{name}-echo"], ports[$"{name}-flood"], ports[$"{name}-exact"]);
        }

        await load.AssertIdleStreamsLiveAsync();
        Assert.False(_tunnel.Hub.Process.HasExited, "The hub died.");
        AssertBelow(HubPromise, _tunnel.Hub.Id, "hub");
    }

    [Fact]
    public async Task APromiseThatCannotBeKeptIsRefusedWithTheSmallestOne()
    {
        await _tunnel.StartHubAsync();
        var agent = _tunnel.Run("small", ["up", "--memory", "1M"]);
        Assert.Equal(Usage, await agent.Process.WaitForExitAsync());
        var said = string.Join('\n', await agent.Process.AllOutputAsync());
        Assert.Contains("--memory '1M'", said, StringComparison.Ordinal);
        Assert.Matches("the smallest is [0-9]+M", said);
    }

    private async Task<(AgentProcess Agent, Dictionary<string, int> Ports)> UpAsync(
        MemoryLoad load, string name, string[] options, MemoryCgroup? cgroup)
    {
        var file = _tunnel.Scratch.File($"{name}.yml");
        await File.WriteAllTextAsync(file, load.ServicesFile(name));
        var agent = _tunnel.Run(name, ["up", "--file", file, .. options], cgroup: cgroup);
        var ports = new Dictionary<string, int>();
        await Until.TrueAsync(
            () =>
            {
                foreach (var line in agent.Process.Output.Where(l => l.StartsWith("{\"event\":\"exposed\"", StringComparison.Ordinal)))
                {
                    using var said = JsonDocument.Parse(line);
                    ports[said.RootElement.GetProperty("service").GetString()!] = said.RootElement.GetProperty("port").GetInt32();
                }

                return ports.Count == 3;
            },
            $"{name} exposes its three services");
        return (agent, ports);
    }

    private static void AssertBelow(long promise, int processId, string what)
    {
        var peak = ProcFs.PeakResidentBytes(processId);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: at most {peak >> 10} KiB resident, promised {promise >> 10} KiB");
        Assert.True(peak < promise, $"{what}: {peak >> 10} KiB resident, promised {promise >> 10} KiB.");
    }
}
