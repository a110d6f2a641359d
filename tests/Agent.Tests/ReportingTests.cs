using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent.Tests;

/// <summary>What an agent tells a hub of itself, and to which hub.</summary>
public sealed class ReportingTests : CommandTest
{
    [Fact]
    public async Task HubThatAsksIsToldWhatTheProcessTakesAndWhatHoldsAStreamBack()
    {
        await using var hub = new MiniHub { ReportPeriod = 1 };
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(
            _folder.Location, items: TestCommand.Expose("slow", target.Address) with { Share = new Protocol.Control.ServiceShare(10, 64_000, 0) });
        var port = (await expose.Log.WaitAsync(EventName.Exposed)).Port!.Value;
        await Until(() => !hub.Reports.IsEmpty);
        var first = hub.Reports.First();
        Assert.True(first.ResidentBytes > 1_000_000, $"{first.ResidentBytes} bytes");
        Assert.True(first.ProcessorTime > TimeSpan.Zero);
        Assert.Equal(Environment.ProcessorCount, first.Processors);
        Assert.Empty(first.Streams);

        // Its echo is far more than the limit lets out in a period.
        using var visitor = new System.Net.Sockets.TcpClient("127.0.0.1", port);
        await visitor.GetStream().WriteAsync(new byte[128 * 1024], TestContext.Current.CancellationToken);
        await Until(() => hub.Reports.Any(report => report.Streams.Any(stream => stream.Factor == LimitingFactor.Limit)));
        // Ids of the hub's own streams, which are even.
        Assert.All(hub.Reports.SelectMany(report => report.Streams), stream => Assert.Equal(0u, stream.Id % 2));
    }

    [Fact]
    public async Task HubThatDoesNotAskIsToldNothing()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        var port = (await expose.Log.WaitAsync(EventName.Exposed)).Port!.Value;
        // A report would have come before the service was asked for: it leaves when the session begins.
        Assert.Equal("hello", await EchoTarget.AskAsync(port, "hello"));
        Assert.Empty(hub.Reports);
    }
}
