using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Agent.Tests;

/// <summary>What the hub decides of a service's share: applied to its streams, shown, and over with the session.</summary>
public sealed class SharesTests : CommandTest
{
    private static readonly ServiceShare s_asked = new(20, 64_000, 0);

    [Fact]
    public async Task HubsWordHoldsForLiveStreamsAndIsShownUntilTheNextSession()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(
            _folder.Location, items: TestCommand.Expose("slow", target.Address) with { Share = s_asked });
        var port = (await expose.Log.WaitAsync(EventName.Exposed)).Port!.Value;
        Assert.Equal(s_asked, await ShownAsync());

        // Its echo of 4 MB would take more than eight minutes.
        using var visitor = new System.Net.Sockets.TcpClient("127.0.0.1", port);
        var sent = visitor.GetStream().WriteAsync(new byte[4_000_000], TestContext.Current.CancellationToken);
        hub.Tell(new ShareService("other", new ServiceShare(1, 64_000, 0)));
        hub.Tell(new ShareService("slow", ServiceShare.Default));
        await visitor.GetStream().ReadExactlyAsync(new byte[4_000_000], TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Cap, TestContext.Current.CancellationToken);
        await sent;
        Assert.Null(await ShownAsync());

        hub.CloseSessions(SessionEndReason.ConnectionLost);
        await Until(() => hub.Published.Count >= 2);
        Assert.All(hub.Published, publish => Assert.Equal(s_asked, publish.Share));
        await Until(async () => await ShownAsync() == s_asked);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(101, 0, 0)]
    [InlineData(10, 1, 0)]
    [InlineData(10, -64_000, 0)]
    [InlineData(10, 64_000, 128_000)]
    public async Task ShareOutOfBoundsEndsTheSession(int weight, long limit, long floor)
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(
            _folder.Location, items: TestCommand.Expose("slow", target.Address) with { Share = s_asked });
        await expose.Log.WaitAsync(EventName.Exposed);
        hub.Tell(new ShareService("slow", new ServiceShare(weight, limit, floor)));
        await Until(() => hub.Published.Count >= 2);
        await Until(async () => await ShownAsync() == s_asked);
    }

    private async Task<ServiceShare?> ShownAsync() => (await StatusAsync()).Services is [var only] ? only.Share : new ServiceShare(0, 0, 0);
}
