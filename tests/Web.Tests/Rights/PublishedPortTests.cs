using System.Net;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using Xunit;
using static PrivateConnect.Web.Tests.Rights.RightsSteps;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>Where a tunnel port listens and who may come in, as the service's rule says now.</summary>
public sealed class PublishedPortTests
{
    [Fact]
    public async Task VisitorsFromElsewhereAreCountedAndResetAndAChangedListEndsThem()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var port = ((ServicePublished)await exposer.ExposeAsync("web", hub.EchoPort, allow: "127.0.0.1 2001:db8::/32")).Port;
        using var visitor = await VisitAsync(port);
        await RightsFixture.EchoAsync(visitor);
        await ChangeAsync(hub, "web", rule => rule with { Allow = AddressList.TryParse(["10.0.0.0/8"], out _) });
        Assert.Equal("reset", await Door.Wait.EndOfAsync(visitor));
        Assert.Equal("reset", await TurnedAwayAsync(port));
        Assert.Equal(1, hub.Relay.Registry.FindService(hub.Workspace, "web")!.Refused);
        await ChangeAsync(hub, "web", rule => rule with { Allow = null });
        using var again = await VisitAsync(port);
        await RightsFixture.EchoAsync(again);
    }

    [Fact]
    public async Task PortIsSwitchedOffAndOnAndTheNameStays()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, _) = await hub.AgentAsync("reacher");
        var port = ((ServicePublished)await exposer.ExposeAsync("web", hub.EchoPort)).Port;
        using var visitor = await VisitAsync(port);
        await RightsFixture.EchoAsync(visitor);
        await ChangeAsync(hub, "web", rule => rule with { Publish = PublishMode.Off });
        Assert.Equal("reset", await Door.Wait.EndOfAsync(visitor));
        await Door.Wait.UntilAsync(() => !IsListening(port));
        var (client, _, _) = await reacher.ReachAsync("web");
        await RightsFixture.EchoAsync(client);
        await ChangeAsync(hub, "web", rule => rule with { Publish = PublishMode.Loopback });
        await Door.Wait.UntilAsync(() => IsListening(port));
        await RightsFixture.EchoAsync(client);
        Assert.Equal(0, ((ServicePublished)await exposer.ExposeAsync("name-only", hub.EchoPort, PublishWish.Off)).Port);
        // What has no port uses none.
        using var sampler = new LiveSampler(hub.Relay, hub.Get<HubOptions>(), hub.Get<LiveView>(), hub.Get<FlowHistories>(), hub.Time);
        var sample = sampler.Sample();
        Assert.Equal((2, 1), (sample.Services.Count, sample.PortsUsed));
    }

    [Fact]
    public async Task BeyondLoopbackListensOnlyWhatIsPublished()
    {
        await using var hub = await RightsFixture.StartAsync(options => options with { TunnelBind = IPAddress.Any });
        var (exposer, _) = await hub.AgentAsync("exposer");
        Assert.Equal("127.0.0.1", ((ServicePublished)await exposer.ExposeAsync("usual", hub.EchoPort)).Address);
        Assert.Equal("127.0.0.1", ((ServicePublished)await exposer.ExposeAsync("listed", hub.EchoPort, allow: "0.0.0.0/0")).Address);
        var open = (ServicePublished)await exposer.ExposeAsync("open", hub.EchoPort, PublishWish.Network);
        Assert.Equal("0.0.0.0", open.Address);
        await ChangeAsync(hub, "open", rule => rule with { Publish = PublishMode.Loopback });
        await Door.Wait.UntilAsync(() => Equals(hub.Relay.Registry.FindService(hub.Workspace, "open")!.Address.Address, IPAddress.Loopback));
        using var visitor = await VisitAsync(open.Port);
        await RightsFixture.EchoAsync(visitor);
    }

    [Fact]
    public async Task NetworksThatAreNoneAreRefused()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var refused = (RequestFailed)await exposer.ExposeAsync("web", hub.EchoPort, allow: "everybody");
        Assert.Contains("'everybody'", refused.Text, StringComparison.Ordinal);
    }
}
