using System.Diagnostics;
using System.Net.Sockets;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>A relay that dies must never look like a finished download.</summary>
[Trait("Category", Suites.Faults)]
public sealed class KilledRelayTests : IAsyncLifetime
{
    private const byte Name = (byte)'M';

    /// <summary>More than the windows let through: some of it is at every hop when the relay dies.</summary>
    private const int InFlightBytes = 1 << 20;

    private const int Kills = 3;

    private readonly Tunnel _tunnel = new();
    private readonly TargetListener _target = new();
    private readonly EchoTarget _echo = new(Name);

    public async ValueTask InitializeAsync() => await _tunnel.StartHubAsync();

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await _echo.DisposeAsync();
        _target.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(InFlightBytes)]
    public async Task KilledHubResetsBothEndsOfEveryStream(int bytes)
    {
        var port = await _tunnel.ExposeAsync("main", _target.Port);
        var reach = await _tunnel.ReachAsync("main");
        await AssertBothEndsAreResetAsync([port, reach], bytes, _tunnel.Hub.KillAsync);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(InFlightBytes)]
    public async Task KilledAgentResetsBothEndsOfEveryStream(int bytes)
    {
        var port = await _tunnel.ExposeAsync("main", _target.Port);
        var reach = await _tunnel.ReachAsync("main");
        await AssertBothEndsAreResetAsync([port, reach], bytes, async () =>
        {
            _tunnel["expose main"].Process.Signal(Signals.KillNow);
            await _tunnel["expose main"].Process.WaitForExitAsync();
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(InFlightBytes)]
    public async Task KilledReachingAgentResetsBothEnds(int bytes)
    {
        await _tunnel.ExposeAsync("main", _target.Port);
        var reach = await _tunnel.ReachAsync("main");
        await AssertBothEndsAreResetAsync([reach], bytes, async () =>
        {
            _tunnel["reach main"].Process.Signal(Signals.KillNow);
            await _tunnel["reach main"].Process.WaitForExitAsync();
        });
    }

    [Fact]
    public async Task AgentIsBackAfterTheHubWithTheSamePorts()
    {
        var port = await _tunnel.ExposeAsync("echo", _echo.Port);
        var reach = await _tunnel.ReachAsync("echo");
        Assert.True(await EchoTarget.AnswersAsync(port, Name));

        for (var round = 0; round < Kills; round++)
        {
            await _tunnel.Hub.KillAsync();
            await _tunnel.Hub.StartAsync();
            var sinceTheHub = Stopwatch.StartNew();
            await Until.TrueAsync(() => EchoTarget.AnswersAsync(port, Name), $"port {port} leads to the service again");
            var back = sinceTheHub.Elapsed;
            await Until.TrueAsync(() => EchoTarget.AnswersAsync(reach, Name), "the name leads to the service again");
            var both = sinceTheHub.Elapsed;
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"Back after the hub: the port in {back.TotalMilliseconds:0} ms, the name in {both.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>
    /// Opens a stream per port with data under way both ways (being sent, and deliberately not read), lets the relay die,
    /// and then reads: what is left may be any prefix, and the end is a reset at both ends.
    /// </summary>
    private async Task AssertBothEndsAreResetAsync(IReadOnlyList<int> ports, int bytes, Func<Task> kill)
    {
        var ends = new List<Peer>();
        var sends = new List<Task>();
        try
        {
            foreach (var port in ports)
            {
                var client = await Peer.ConnectAsync(port);
                ends.Add(client);
                var target = await _target.AcceptAsync();
                ends.Add(target);
                // One round trip proves the stream open at every hop; the byte is Pattern's first.
                await client.SendPatternAsync(1);
                await target.ReadExactlyAsync(1);
                if (bytes == 0) continue;
                sends.Add(SendUntilResetAsync(client, bytes));
                sends.Add(SendUntilResetAsync(target, bytes));
                await client.WaitForUnreadAsync();
                await target.WaitForUnreadAsync();
            }

            await kill();
            await Task.WhenAll(sends);
            foreach (var end in ends)
            {
                var received = await end.ReadToEndAsync();
                Assert.Equal(Ending.Reset, received.Ending);
                Assert.True(received.IsPrefix, "What arrived is not what was sent.");
            }
        }
        finally
        {
            foreach (var end in ends) end.Dispose();
        }
    }

    /// <summary>What does not fit waits in the sender until the relay's death breaks it off.</summary>
    private static async Task SendUntilResetAsync(Peer from, int bytes)
    {
        try
        {
            await from.SendPatternAsync(bytes);
        }
        catch (SocketException)
        {
            // The reset; reading at this end says so once more.
        }
    }
}
