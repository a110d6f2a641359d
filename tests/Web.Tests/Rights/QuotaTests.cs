using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using Xunit;
using static PrivateConnect.Web.Tests.Rights.RightsSteps;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>What a workspace may not have more of is refused with the quota's name.</summary>
public sealed class QuotaTests
{
    [Fact]
    public async Task QuotasOfServicesPortsAndStreamsAreNamedInTheRefusal()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, _) = await hub.AgentAsync("reacher");
        await hub.Get<Quotas>().SetAsync(hub.Workspace, new WorkspaceQuota(null, 3, 1, 1, null), "test", "", default);
        var first = (ServicePublished)await exposer.ExposeAsync("a", hub.EchoPort);
        Assert.Contains("quota of 1 ports", ((RequestFailed)await exposer.ExposeAsync("b", hub.EchoPort)).Text, StringComparison.Ordinal);
        Assert.Contains("quota of 1 ports", ((RequestFailed)await exposer.ExposeAsync("b", hub.EchoPort, wanted: first.Port + 1)).Text, StringComparison.Ordinal);
        Assert.IsType<ServicePublished>(await exposer.ExposeAsync("b", hub.EchoPort, PublishWish.Off));
        Assert.IsType<ServicePublished>(await exposer.ExposeAsync("c", hub.EchoPort, PublishWish.Off));
        Assert.Contains("quota of 3 services", ((RequestFailed)await exposer.ExposeAsync("d", hub.EchoPort, PublishWish.Off)).Text, StringComparison.Ordinal);

        using var visitor = await VisitAsync(first.Port);
        await RightsFixture.EchoAsync(visitor);
        Assert.Equal(StreamError.TooManyStreams, await RefusedAsync(reacher, "b"));
        Assert.Equal("reset", await TurnedAwayAsync(first.Port));
        Assert.Contains(hub.Relay.Problems.Lately, p => p.What.Contains("quota of 1 live streams", StringComparison.Ordinal));
        visitor.Dispose();
        await Door.Wait.UntilAsync(() => hub.Relay.Streams.Live(hub.Workspace) == 0);
        using var third = await VisitAsync(first.Port);
        await RightsFixture.EchoAsync(third);
    }
}
