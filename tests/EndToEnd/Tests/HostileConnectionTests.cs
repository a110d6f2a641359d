using System.Net.Sockets;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>Garbage and silence on the hub's own ports end those connections and touch nothing else.</summary>
[Trait("Category", Suites.BadInput)]
public sealed class HostileConnectionTests(HubFixture hub) : IClassFixture<HubFixture>, IAsyncLifetime
{
    private const byte Name = HubFixture.Name;
    private const int GarbageRounds = 50;
    private const int SilentConnections = 1_000;

    /// <summary>Buffers and caches that load fills once; a leak of a connection's state is far above it.</summary>
    private const long MemoryAllowance = 48L << 20;

    private readonly Tunnel _tunnel = hub.Tunnel;
    private readonly EchoTarget _echo = hub.Echo;
    private int _port;

    public async ValueTask InitializeAsync() => _port = await _tunnel.ExposedPortAsync("echo", _echo.Port);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, byte[]> Garbage() => new()
    {
        { "zeros", new byte[512] },
        { "noise", Noise(7, 4_096) },
        { "TLS record with a noise hello", [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, .. Noise(8, 508)] },
        { "TLS record of the greatest length", [0x16, 3, 1, 0xff, 0xff, .. Noise(9, 4_096)] },
        { "HTTP with a head that never ends", [.. "GET / HTTP/1.1\r\nX: "u8, .. Enumerable.Repeat((byte)'a', 70_000)] },
        { "upgrade followed by noise", [.. "GET /v1/agent/connect HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: pconnect/1\r\n\r\n"u8, .. Noise(10, 4_096)] },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task GarbageEndsItsConnectionAndNothingElse(string what, byte[] bytes)
    {
        using var stream = await OpenStreamAsync();
        await SendGarbageAsync(bytes); // once, so that code that runs for the first time is not counted as memory
        var before = ProcFs.ResidentBytes(_tunnel.Hub.Id);
        for (var i = 0; i < GarbageRounds; i++) await SendGarbageAsync(bytes);
        await AssertUntouchedAsync(stream, before, what);
    }

    [Fact]
    public async Task ThousandSilentConnectionsAreEndedAndKeepNobodyOut()
    {
        using var stream = await OpenStreamAsync();
        // Once, so that what the hub opens for its first enrolment under load and keeps is not counted.
        await ExposeOnceAsync("before");
        var before = ProcFs.ResidentBytes(_tunnel.Hub.Id);
        var descriptors = await ProcFs.RestingDescriptorsAsync(_tunnel.Hub.Id);
        var silent = new List<Peer>();
        try
        {
            for (var i = 0; i < SilentConnections; i++) silent.Add(await Peer.ConnectAsync(_tunnel.Hub.Port));
            Assert.True(await EchoTarget.AnswersAsync(_port, Name), "A visitor was kept out.");
            // An agent's enrolment may be dropped among so many, but it is tried again and gets in.
            await ExposeOnceAsync("meanwhile");
            var endings = await Task.WhenAll(silent.Select(peer => peer.ReadToEndAsync()));
            Assert.DoesNotContain(endings, received => received.Ending == Ending.Open);
        }
        finally
        {
            foreach (var peer in silent) peer.Dispose();
        }

        await AssertUntouchedAsync(stream, before, "silence");
        await Until.TrueAsync(
            () => ProcFs.DescriptorCount(_tunnel.Hub.Id) == descriptors, $"the hub is back at {descriptors} descriptors");
    }

    /// <summary>An agent that comes, exposes and goes.</summary>
    private async Task ExposeOnceAsync(string name)
    {
        await _tunnel.ExposeAsync(name, _echo.Port);
        _tunnel[$"expose {name}"].Process.Signal(Signals.Terminate);
        Assert.Equal(0, await _tunnel[$"expose {name}"].Process.WaitForExitAsync());
    }

    private async Task AssertUntouchedAsync(Peer stream, long memoryBefore, string what)
    {
        Assert.True(await _tunnel.Hub.IsHealthyAsync(), $"After {what} the hub does not answer /health.");
        await stream.SendPatternAsync(1);
        Assert.Single(await stream.ReadExactlyAsync(1));
        Assert.True(await EchoTarget.AnswersAsync(_port, Name), $"After {what} visitors are kept out.");
        var grown = ProcFs.ResidentBytes(_tunnel.Hub.Id) - memoryBefore;
        Assert.True(grown < MemoryAllowance, $"{what}: the hub grew by {grown >> 20} MiB.");
    }

    /// <summary>To both ports of the hub; each connection must be ended by the hub, in whatever way.</summary>
    private async Task SendGarbageAsync(byte[] bytes)
    {
        foreach (var port in new[] { _tunnel.Hub.Port, _tunnel.Hub.WebPort })
        {
            using var peer = await Peer.ConnectAsync(port);
            try
            {
                await peer.SendAsync(bytes);
                peer.FinishSending();
                Assert.NotEqual(Ending.Open, (await peer.ReadToEndAsync()).Ending);
            }
            catch (SocketException)
            {
                // Ended while garbage was still on its way: as good.
            }
        }
    }

    private async Task<Peer> OpenStreamAsync()
    {
        var peer = await Peer.ConnectAsync(_port);
        await peer.ReadExactlyAsync(1);
        return peer;
    }

    private static byte[] Noise(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
