using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Agent.Tests;

/// <summary>Commands against a hub that speaks the real protocol.</summary>
public sealed class SessionTests : CommandTest
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task AnExposedServiceAnswersThroughItsPortPlainPinnedAndBehindAProxy(bool tls, bool frames)
    {
        using var certificate = tls ? HttpHub.SelfSigned() : null;
        await using var hub = new MiniHub(0, certificate, frames);
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString(), tls ? HubPin.Format(HubPin.Hash(certificate!)) : null).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        var connected = await expose.Log.WaitAsync(EventName.Connected);
        Assert.Equal(hub.Address.ToString(), connected.Hub);
        var exposed = await expose.Log.WaitAsync(EventName.Exposed);
        Assert.Equal(("echo", "127.0.0.1", target.Address), (exposed.Service, exposed.Address, exposed.Target));
        Assert.Equal(0, target.Accepted);
        Assert.Equal(!frames, hub.Heads.Any(head => head.StartsWith("GET /v1/agent/connect HTTP/1.1\r\nHost: ", StringComparison.Ordinal)));

        Assert.Equal("hello", await EchoTarget.AskAsync(exposed.Port!.Value, "hello"));
        Assert.Equal(1, target.Accepted);
        Assert.Equal(ExitCode.Ok, await expose.StopAsync());
    }

    [Fact]
    public async Task ReachListensOnTheServicesPortOrTheNextFreeOneAndSaysSo()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        _other.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        await expose.Log.WaitAsync(EventName.Exposed);
        await using var reach = new TestCommand(_other.Location, items: TestCommand.Reach("echo"));
        var listening = await reach.Log.WaitAsync(EventName.Listening);

        // The target itself holds its port on this machine.
        Assert.True(listening.Port > target.Port);
        Assert.Contains($"port {target.Port} is not free", listening.Text, StringComparison.Ordinal);
        Assert.Equal("by name", await EchoTarget.AskAsync(listening.Port!.Value, "by name"));
        if (Socket.OSSupportsIPv6)
            Assert.Equal("six", await EchoTarget.AskAsync(listening.Port!.Value, "six", IPAddress.IPv6Loopback));
    }

    [Theory]
    [InlineData(SessionEndReason.Revoked)]
    [InlineData(SessionEndReason.Superseded)]
    public async Task RevokedOrSupersededEndsTheHolderAndAllThatAreAttached(SessionEndReason reason)
    {
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var up = new TestCommand(_folder.Location, isUp: true);
        await up.Log.WaitAsync(EventName.Connected);
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("a"));
        await expose.Log.WaitAsync(EventName.Exposed);
        hub.CloseSessions(reason);
        Assert.Equal(ExitCode.Revoked, await up.Ended.WaitAsync(Cap, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Revoked, await expose.Ended.WaitAsync(Cap, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AfterALostHubEverythingIsBackWithItsPorts()
    {
        var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        _other.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        var exposed = await expose.Log.WaitAsync(EventName.Exposed);
        await using var reach = new TestCommand(_other.Location, items: TestCommand.Reach("echo"));
        var listening = await reach.Log.WaitAsync(EventName.Listening);
        var port = hub.Port;
        await hub.DisposeAsync();
        await expose.Log.WaitAsync(EventName.Reconnecting);
        await reach.Log.WaitAsync(EventName.Reconnecting);
        await Assert.ThrowsAsync<SocketException>(() => EchoTarget.AskAsync(listening.Port!.Value, "away"));

        await using var again = new MiniHub(port);
        Assert.Equal(exposed.Port, (await expose.Log.WaitAsync(EventName.Exposed, 2)).Port);
        Assert.Equal(exposed.Port, again.Published.Single().Port);
        Assert.Equal(listening.Port, (await reach.Log.WaitAsync(EventName.Listening, 2)).Port);
        Assert.Equal("a", await EchoTarget.AskAsync(exposed.Port!.Value, "a"));
        Assert.Equal("b", await EchoTarget.AskAsync(listening.Port!.Value, "b"));
    }

    [Fact]
    public async Task APortThatIsGoneMeanwhileIsReplacedByAnother()
    {
        var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo"));
        var exposed = await expose.Log.WaitAsync(EventName.Exposed);
        var port = hub.Port;
        await hub.DisposeAsync();
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, exposed.Port!.Value));
        stranger.Listen();
        await using var again = new MiniHub(port);
        Assert.NotEqual(exposed.Port, (await expose.Log.WaitAsync(EventName.Exposed, 2)).Port);
    }

    [Fact]
    public async Task TwoExposesAndAReachShareOneSessionAndSurviveTheirHolder()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var first = new TestCommand(_folder.Location, items: TestCommand.Expose("one", target.Address));
        var one = await first.Log.WaitAsync(EventName.Exposed);
        await using var second = new TestCommand(_folder.Location, items: TestCommand.Expose("two", target.Address));
        var two = await second.Log.WaitAsync(EventName.Exposed);
        await using var third = new TestCommand(_folder.Location, items: TestCommand.Reach("two"));
        var reached = await third.Log.WaitAsync(EventName.Listening);
        Assert.Equal(1, hub.SessionCount);
        Assert.Equal("1", await EchoTarget.AskAsync(one.Port!.Value, "1"));
        Assert.Equal("2", await EchoTarget.AskAsync(two.Port!.Value, "2"));
        Assert.Equal("3", await EchoTarget.AskAsync(reached.Port!.Value, "3"));

        Assert.Equal(ExitCode.Ok, await first.StopAsync());
        Assert.Equal(two.Port, (await second.Log.WaitAsync(EventName.Exposed, 2)).Port);
        Assert.Equal(reached.Port, (await third.Log.WaitAsync(EventName.Listening, 2)).Port);
        Assert.Equal("4", await EchoTarget.AskAsync(two.Port!.Value, "4"));
        Assert.Equal("5", await EchoTarget.AskAsync(reached.Port!.Value, "5"));
        await Until(() => !hub.Services.ContainsKey("one"));
    }

    [Fact]
    public async Task AnAttachedCommandsServiceGoesWithIt()
    {
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var up = new TestCommand(_folder.Location, isUp: true);
        await up.Log.WaitAsync(EventName.Connected);
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("brief"));
        await expose.Log.WaitAsync(EventName.Exposed);
        Assert.Equal(ExitCode.Ok, await expose.StopAsync());
        await Until(() => !hub.Services.ContainsKey("brief"));
        Assert.False(up.Ended.IsCompleted);
        Assert.Equal(1, hub.SessionCount);
    }

    [Fact]
    public async Task ATargetThatRefusesIsInStatusInWords()
    {
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("down", "127.0.0.1:1"));
        var exposed = await expose.Log.WaitAsync(EventName.Exposed);
        await Assert.ThrowsAsync<SocketException>(() => EchoTarget.AskAsync(exposed.Port!.Value, "x"));
        ServiceStatus? service = null;
        await Until(async () => (service = (await StatusAsync()).Services!.Single()).Problem is not null);
        Assert.Equal("target 127.0.0.1:1 refused the connection", service!.Problem);
        Assert.Equal(("down", "expose", "up", exposed.Port, 0L, 1L), (service.Service, service.Kind, service.State, service.Port, service.Streams, service.Total));
    }

    [Fact]
    public async Task StatusCountsWhatFlows()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        var exposed = await expose.Log.WaitAsync(EventName.Exposed);
        await EchoTarget.AskAsync(exposed.Port!.Value, new string('x', 100_000));
        ServiceStatus? service = null;
        await Until(async () => (service = (await StatusAsync()).Services!.Single()).Streams == 0);
        Assert.Equal((1L, 100_000L, 100_000L), (service!.Total, service.BytesIn, service.BytesOut));
        await Until(async () => (await StatusAsync()).RoundTripMs is not null);
    }

    [Fact]
    public async Task AnotherHubIsKeptOnlyOnceItWorked()
    {
        await using var hub = new MiniHub();
        _folder.Enrol("http://127.0.0.1:1").Dispose();
        await using (var wrong = new TestCommand(_folder.Location, hub: HubAddress.Parse("http://127.0.0.1:2", "--hub"), items: TestCommand.Expose("a")))
            Assert.Equal(ExitCode.HubUnreachable, await wrong.Ended.WaitAsync(Cap, TestContext.Current.CancellationToken));
        Assert.Equal("http://127.0.0.1:1", _folder.Open().ReadIdentity().Hub);
        await using var right = new TestCommand(_folder.Location, hub: hub.Address, items: TestCommand.Expose("a"));
        await right.Log.WaitAsync(EventName.Exposed);
        Assert.Equal(hub.Address.ToString(), _folder.Open().ReadIdentity().Hub);
    }

    [Fact]
    public async Task ADrainingHubIsLeftWhileOldStreamsFinish()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        var exposed = await expose.Log.WaitAsync(EventName.Exposed);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, exposed.Port!.Value, TestContext.Current.CancellationToken);
        await RoundTripAsync(visitor);
        hub.SayGoAway(GoAwayCode.Draining);
        await expose.Log.WaitAsync(EventName.Exposed, 2);
        await RoundTripAsync(visitor);
    }

    private static async Task RoundTripAsync(Socket visitor)
    {
        await visitor.SendAsync("ping"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[4];
        for (var got = 0; got < 4;)
        {
            var read = await visitor.ReceiveAsync(buffer.AsMemory(got), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, read);
            got += read;
        }
    }
}
