using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>What the hub says to an agent that asks for a port, and that a refusal leaves nothing behind.</summary>
public sealed class TunnelPortTests
{
    private static readonly int First = FreePorts.Range(3);
    private static readonly int Last = First + 2;

    [Fact]
    public async Task PortOutsideTheRangeIsRefused()
    {
        await using var hub = await HubAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        foreach (var port in (int[])[1, 22, First - 1, Last + 1, hub.ApiPort, 65_535])
        {
            var refused = (RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort, wanted: port);
            Assert.Equal(RequestFailure.PortOutOfRange, refused.Code);
            Assert.Contains($"{First}-{Last}", refused.Text, StringComparison.Ordinal);
        }

        AssertNothingIsLeft(hub, "db");
        Assert.Equal(Last, ((ServicePublished)await exposer.ExposeAsync("db", hub.EchoPort, wanted: Last)).Port);
    }

    [Fact]
    public async Task FullRangeIsToldAndThePortOfAServiceThatIsAwayIsGivenOn()
    {
        await using var hub = await HubAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var names = (string[])["a", "b", "c"];
        foreach (var name in names)
            await exposer.ExposeAsync(name, hub.EchoPort);
        for (var i = 0; i < 5; i++)
        {
            var refused = (RequestFailed)await exposer.ExposeAsync("late", hub.EchoPort);
            Assert.Equal(RequestFailure.RangeFull, refused.Code);
            Assert.Contains($"{First}-{Last}", refused.Text, StringComparison.Ordinal);
            AssertNothingIsLeft(hub, "late");
        }

        var freed = hub.Get<ServiceDirectory>().LeasedPort(hub.Workspace, "b");
        exposer.Session.TrySend(new WithdrawService("b"));
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "b") is null);
        Assert.Equal(freed, ((ServicePublished)await exposer.ExposeAsync("late", hub.EchoPort)).Port);
        Assert.Equal(RequestFailure.RangeFull, ((RequestFailed)await exposer.ExposeAsync("b", hub.EchoPort)).Code);
        Assert.Equal(3, hub.Get<ServiceDirectory>().Leases.Count());
    }

    [Fact]
    public async Task PortOfAnotherWorkspaceIsTakenByNobodyWithAName()
    {
        await using var hub = await HubAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (stranger, strangerId) = await hub.AgentAsync("their-label");
        var session = hub.Relay.Registry.Find(strangerId.AgentId)!;
        session.Agent = session.Agent with { WorkspaceId = Guid.NewGuid().ToString() };
        Assert.IsType<ServicePublished>(await stranger.ExposeAsync("their-name", hub.EchoPort, wanted: Last));
        var up = (RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort, wanted: Last);
        stranger.Session.TrySend(new WithdrawService("their-name"));
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(session.Agent.WorkspaceId, "their-name") is null);
        var away = (RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort, wanted: Last);
        Assert.Equal((RequestFailure.PortTaken, $"Port {Last} is used already: ask for another one, or for none."), (up.Code, up.Text));
        Assert.Equal((up.Code, up.Text), (away.Code, away.Text));
        AssertNothingIsLeft(hub, "db");

        // Nor is it given on when the range is full: it is not this workspace's to give.
        await exposer.ExposeAsync("a", hub.EchoPort);
        await exposer.ExposeAsync("b", hub.EchoPort);
        Assert.Equal(RequestFailure.RangeFull, ((RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort)).Code);
        // In one's own workspace the holder has a name.
        var own = (RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort, wanted: First);
        Assert.Equal(RequestFailure.PortTaken, own.Code);
        Assert.Contains("service 'a' of agent 'exposer'", own.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortThatAStrangerOnTheMachineHasIsPassedOver()
    {
        await using var hub = await HubAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        using var stranger = new TcpListener(IPAddress.Loopback, First);
        stranger.Start();
        var refused = (RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort, wanted: First);
        Assert.Equal(RequestFailure.PortTaken, refused.Code);
        Assert.Contains("another program", refused.Text, StringComparison.Ordinal);
        AssertNothingIsLeft(hub, "db");
        Assert.Equal(First + 1, ((ServicePublished)await exposer.ExposeAsync("db", hub.EchoPort)).Port);
    }

    [Fact]
    public async Task AFaultOfTheHubIsNoTakenPort()
    {
        // An address for documentation: no machine has it.
        await using var hub = await RightsFixture.StartAsync(options => options with
        {
            FirstTunnelPort = First,
            LastTunnelPort = Last,
            TunnelBind = IPAddress.Parse("192.0.2.1"),
        });
        var (exposer, _) = await hub.AgentAsync("exposer");
        foreach (var wanted in (int[])[0, First])
        {
            var refused = (RequestFailed)await exposer.ExposeAsync("db", hub.EchoPort, PublishWish.Network, wanted: wanted);
            Assert.Equal(RequestFailure.Other, refused.Code);
            Assert.Contains("TUNNEL_BIND", refused.Text, StringComparison.Ordinal);
            AssertNothingIsLeft(hub, "db");
        }
    }

    private static Task<RightsFixture> HubAsync() =>
        RightsFixture.StartAsync(options => options with { FirstTunnelPort = First, LastTunnelPort = Last });

    private static void AssertNothingIsLeft(RightsFixture hub, string name)
    {
        Assert.Null(hub.Relay.Registry.FindService(hub.Workspace, name));
        Assert.Null(hub.Get<ServiceDirectory>().Find(hub.Workspace, name));
    }
}
