using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        target.Listen();
        var name = send ? "sent" : "spared";
        await fixture.Tunnel.ExposeAsync(name, ((IPEndPoint)target.LocalEndPoint!).Port);
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

    /// <summary>Takes all connections one after the other until the listener is closed; the bytes of all of them.</summary>
    private static async Task<long> CountAsync(Socket listener, CancellationToken cancellation)
    {
        long bytes = 0;
        var buffer = new byte[64 * 1024];
        while (true)
        {
            try
            {
                using var connection = await listener.AcceptAsync(cancellation);
                while (await connection.ReceiveAsync(buffer, cancellation) is > 0 and var count)
                    bytes += count;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // A bench hangs up in the middle of its zeros.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return bytes;
            }
        }
    }
}
