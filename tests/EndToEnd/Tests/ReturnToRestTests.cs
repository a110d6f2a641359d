using System.Net.Sockets;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>What load leaves behind, and what a client that never reads costs: counted from outside.</summary>
[Trait("Category", Suites.Scale)]
public sealed class ReturnToRestTests : IAsyncLifetime
{
    private const byte Name = (byte)'E';

    /// <summary>Enough garbage that the collector has run in every process: what grows afterwards is kept.</summary>
    private const int WarmUpConnections = 8_000;

    private const int Connections = 10_000;

    private const int Rounds = 3;
    private const int AtOnce = 8;

    /// <summary>Every so many connections one ends by a reset, as visitors do.</summary>
    private const int AbortEvery = 5;

    /// <summary>A leak of one KiB a connection would be ten MiB; collectors and allocators sway by less than this.</summary>
    private const long MemoryAllowance = 8L << 20;

    private const int WarmUpClients = 10;
    private const int StalledClients = 40;

    /// <summary>The initial window, and as much again: it may double while the kernel's buffers still take everything.</summary>
    private const long WindowBytes = 2 * 256 * 1024;

    /// <summary>The block of the first byte that waits: it stays whole, however much of it was passed on.</summary>
    private const long BlockBytes = 256 * 1024;

    /// <summary>What the kernel may hold on the sockets of one stalled stream: it belongs to the kernel, not to a process.</summary>
    private const long KernelBytes = 24L << 20;

    private readonly Tunnel _tunnel = new();
    private readonly EchoTarget _echo = new(Name);

    public async ValueTask InitializeAsync() => await _tunnel.StartHubAsync();

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TenThousandConnectionsLeaveDescriptorsAndMemoryWhereTheyWere(bool byName)
    {
        var port = await _tunnel.ExposeAsync("echo", _echo.Port);
        List<int> processes = [_tunnel.Hub.Id, _tunnel["expose echo"].Id];
        if (byName)
        {
            port = await _tunnel.ReachAsync("echo");
            processes.Add(_tunnel["reach echo"].Id);
        }

        await OpenAndCloseAsync(port, WarmUpConnections);
        List<int> resting = [.. await Task.WhenAll(processes.Select(ProcFs.RestingDescriptorsAsync))];
        // A leak grows with every round; heaps and pools on their way to their resting size do not.
        var grown = "";
        for (var round = 0; round < Rounds; round++)
        {
            var before = processes.Select(ProcFs.ResidentBytes).ToList();
            await OpenAndCloseAsync(port, Connections);
            await WaitForRestAsync(processes, resting);
            var growth = processes.Select((id, i) => ProcFs.ResidentBytes(id) - before[i]).ToList();
            if (growth.All(bytes => bytes < MemoryAllowance))
                return;
            grown += string.Join(", ", growth.Select(bytes => $"{bytes >> 10} KiB")) + "; ";
        }

        Assert.Fail($"Hub, agent and reaching agent grew in every round: {grown}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientsThatNeverReadCostTheirWindowAndHoldNobody(bool byName)
    {
        await using var flood = new FloodTarget();
        var port = await _tunnel.ExposeAsync("flood", flood.Port);
        var echoPort = await _tunnel.ExposeAsync("echo", _echo.Port);
        List<int> processes = [_tunnel.Hub.Id, _tunnel["expose flood"].Id];
        if (byName)
        {
            port = await _tunnel.ReachAsync("flood");
            processes.Add(_tunnel["reach flood"].Id);
        }

        var stalled = new List<Peer>();
        try
        {
            // The first ones also fill what all streams share: pools, the session's blocks, code compiled anew.
            for (var i = 0; i < WarmUpClients; i++) stalled.Add(await Peer.ConnectAsync(port));
            await flood.WaitForStandstillAsync(WarmUpClients);
            var before = processes.Select(ProcFs.ResidentBytes).ToList();
            for (var i = 0; i < StalledClients; i++) stalled.Add(await Peer.ConnectAsync(port));
            await flood.WaitForStandstillAsync(WarmUpClients + StalledClients);
            Assert.True(flood.Sent < (WarmUpClients + StalledClients) * (WindowBytes + KernelBytes),
                $"The target could send {flood.Sent >> 20} MiB to clients that read nothing.");
            for (var i = 0; i < processes.Count; i++)
            {
                var grown = ProcFs.ResidentBytes(processes[i]) - before[i];
                Assert.True(grown < (StalledClients * (WindowBytes + BlockBytes)) + MemoryAllowance,
                    $"Process {i} of hub, agent, reaching agent grew by {grown >> 10} KiB.");
            }

            Assert.True(await EchoTarget.AnswersAsync(echoPort, Name), "Stalled clients hold up another service.");
        }
        finally
        {
            foreach (var peer in stalled) peer.Dispose();
        }
    }

    private static Task OpenAndCloseAsync(int port, int count) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
    {
        for (var i = 0; i < count / AtOnce; i++)
        {
            using var peer = await Peer.ConnectAsync(port);
            await peer.SendAsync("x"u8.ToArray());
            await peer.ReadExactlyAsync(2);
            if (i % AbortEvery == 0) peer.Abort();
        }
    }));

    /// <summary>Exactly as many descriptors as at rest: no "about".</summary>
    private static async Task WaitForRestAsync(List<int> processes, List<int> resting)
    {
        for (var i = 0; i < processes.Count; i++)
        {
            var (id, count) = (processes[i], resting[i]);
            await Until.TrueAsync(
                () => ProcFs.DescriptorCount(id) == count,
                $"process {i} of hub, agent, reaching agent is back at {count} descriptors");
        }
    }
}
