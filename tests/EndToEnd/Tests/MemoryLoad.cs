using System.Diagnostics;
using System.Globalization;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>
/// The load under which a memory promise is proved: streams that idle, readers that never read, and full-speed exchanges
/// both ways that must be exact. The size is small for every day; <c>loadtests/memory.sh</c> asks for the large one.
/// </summary>
internal sealed class MemoryLoad : IAsyncDisposable
{
    /// <summary>"large": 1,000 streams and seconds at full speed.</summary>
    private const string SizeVariable = "PRIVATECONNECT_MEMORY_LOAD";

    private const byte Name = (byte)'E';

    private static readonly bool s_large = Environment.GetEnvironmentVariable(SizeVariable) == "large";

    private readonly EchoTarget _echo = new(Name);
    private readonly FloodTarget _flood = new();
    private readonly ExactTarget _exact = new(Bytes);
    private readonly List<Peer> _idle = [];
    private readonly List<Peer> _stalled = [];

    /// <summary>Streams that never read: their first windows fit into the hub's budget of a session with room to spare.</summary>
    private static int Stalled => s_large ? 100 : 20;

    private static int Idle => s_large ? 884 : 100;

    private static int Exchanges => s_large ? 16 : 4;

    /// <summary>Each way, per exchange: large, 1 GB each way in all, well within the cap of one read.</summary>
    private static int Bytes => (s_large ? 60 : 8) * 1_000_000;

    /// <summary>A file of services for <c>connect up</c>; names begin with <paramref name="prefix"/>.</summary>
    public string ServicesFile(string prefix) =>
        $"services:\n  {prefix}-echo: localhost:{_echo.Port}\n  {prefix}-flood: localhost:{_flood.Port}\n  {prefix}-exact: localhost:{_exact.Port}\n";

    /// <summary>Puts the load on the ports and waits for every exchange; idle and stalled streams stay.</summary>
    public async Task RunAsync(int echoPort, int floodPort, int exactPort)
    {
        for (var i = 0; i < Idle; i++)
        {
            _idle.Add(await Peer.ConnectAsync(echoPort));
            Assert.Equal(Name, (await _idle[^1].ReadExactlyAsync(1))[0]);
        }

        for (var i = 0; i < Stalled; i++) _stalled.Add(await Peer.ConnectAsync(floodPort));
        await _flood.WaitForStandstillAsync(Stalled);

        var clock = Stopwatch.StartNew();
        var exchanges = await Task.WhenAll(Enumerable.Range(0, Exchanges).Select(async _ =>
        {
            using var peer = await Peer.ConnectAsync(exactPort);
            return await ExactTarget.ExchangeAsync(peer, Bytes);
        }));
        var rate = Exchanges * (long)Bytes * 2 * 8 / clock.Elapsed.TotalSeconds / 1e9;
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{Idle + Stalled + Exchanges} streams, {rate:0.00} Gbit/s both ways together"));
        Assert.All(exchanges, Assert.True);
        // The client's last byte may be on its way to the target when the target's own have all come.
        await Until.TrueAsync(() => _exact.Exact == Exchanges, "the target received every exchange exactly");
    }

    /// <summary>Whether every idle stream still echoes.</summary>
    public async Task AssertIdleStreamsLiveAsync()
    {
        foreach (var peer in _idle)
        {
            await peer.SendAsync("x"u8.ToArray());
            Assert.Equal((byte)'x', (await peer.ReadExactlyAsync(1))[0]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _idle.Concat(_stalled)) peer.Dispose();
        await _echo.DisposeAsync();
        await _flood.DisposeAsync();
        await _exact.DisposeAsync();
    }
}
