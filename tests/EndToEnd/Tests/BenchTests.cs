using System.Globalization;
using System.Text.Json;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary><c>connect bench</c> of a real hub and a real agent: figures, a verdict, and a service that is left alone.</summary>
[Trait("Category", Suites.Lifecycle)]
public sealed class BenchTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private static readonly string[] Causes =
        ["cpu", "cpu-shared", "limit", "reader", "rate", "loss", "window", "delay", "none"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AServiceIsMeasuredAndGetsNoTrafficUnlessAskedFor(bool send)
    {
        using var target = new TargetListener();
        var name = send ? "sent" : "spared";
        await fixture.Tunnel.ExposeAsync(name, target.Port);
        var got = CountAsync(target, TestContext.Current.CancellationToken);
        var bench = fixture.Tunnel.Run("bench", send ? ["bench", name, "--seconds", "3", "--send"] : ["bench", name, "--seconds", "3"]);
        var result = (await bench.EventAsync("bench")).GetProperty("bench");
        Assert.Equal(0, await bench.Process.WaitForExitAsync());
        target.Dispose();

        Assert.Contains(result.GetProperty("verdict").GetProperty("cause").GetString(), Causes);
        Assert.True(result.GetProperty("agentPing").GetProperty("p50Ms").GetDouble() > 0);
        Assert.True(result.GetProperty("tlsHandshakeMs").GetDouble() > 0);
        Assert.True(result.GetProperty("dialMs").GetDouble() > 0);
        var phases = result.GetProperty("phases").EnumerateArray().ToList();
        Assert.All(phases, phase => Assert.True(phase.GetProperty("bitsPerSecond").GetDouble() > 0, phase.ToString()));
        Assert.Equal(
            ["hub up 8", "hub down 8", "service up 1", "service up 8", "service up 64", "service down 1", "service down 8", "service down 64", .. send ? ["send up 1"] : Array.Empty<string>()],
            phases.Select(phase => string.Create(
                CultureInfo.InvariantCulture, $"{phase.GetProperty("path")} {phase.GetProperty("direction")} {phase.GetProperty("streams")}")));
        Assert.Equal(send, await got > 0);
    }

    [Fact]
    public async Task TheWayToTheHubIsMeasuredBesideAnotherCommandsWork()
    {
        var up = fixture.Tunnel.Run("shared-bench", ["up"]);
        await up.EventAsync("connected");
        var bench = fixture.Tunnel.Run("shared-bench", ["bench", "--seconds", "3"]);
        Assert.Equal(up.Id, (await bench.EventAsync("attached")).GetProperty("holder").GetInt32());
        var phases = (await bench.EventAsync("bench")).GetProperty("bench").GetProperty("phases").EnumerateArray().ToList();
        Assert.Equal(0, await bench.Process.WaitForExitAsync());
        Assert.Equal(6, phases.Count);
        Assert.All(phases, phase => Assert.Equal("hub", phase.GetProperty("path").GetString()));
        Assert.False(up.Process.HasExited);
    }

    /// <summary>Takes all connections one after the other; the bytes of all of them.</summary>
    private static async Task<long> CountAsync(TargetListener target, CancellationToken cancellation)
    {
        long bytes = 0;
        try
        {
            while (true)
            {
                using var peer = await target.AcceptAsync();
                bytes += await peer.DiscardAsync(cancellation);
            }
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return bytes;
        }
    }
}
