using System.Net;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using Xunit;
using static PrivateConnect.Web.Tests.Rights.RightsSteps;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>What agents do to names, ports and identities is in the audit log.</summary>
public sealed class AgentActsAuditTests
{
    [Fact]
    public async Task NameThatMovesToAnotherAgentIsInTheAuditLog()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (first, firstId) = await hub.AgentAsync("first");
        var (second, secondId) = await hub.AgentAsync("second");
        var port = ((ServicePublished)await first.ExposeAsync("db", hub.EchoPort)).Port;
        await WrittenAsync(hub, "db");
        Assert.Equal(RequestFailure.NameTaken, ((RequestFailed)await second.ExposeAsync("db", hub.EchoPort)).Code);
        await first.DisposeAsync();
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "db") is null);
        Assert.Equal(port, ((ServicePublished)await second.ExposeAsync("db", hub.EchoPort)).Port);
        await WrittenAsync(hub, "db");
        // Its own agent that comes back moves nothing.
        await second.DisposeAsync();
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "db") is null);
        second = await hub.ConnectAsync("second");
        await second.ExposeAsync("db", hub.EchoPort);
        await WrittenAsync(hub, "db");
        Assert.Equal(
            [($"agent {secondId.AgentId}", "127.0.0.1", $"db from {firstId.AgentId} to {secondId.AgentId}", "done")],
            await LinesAsync(hub, "service.move"));
    }

    [Fact]
    public async Task PortThatAnAgentOpensToTheNetworkIsInTheAuditLogOnce()
    {
        await using var hub = await RightsFixture.StartAsync(options => options with { TunnelBind = IPAddress.Any });
        var (exposer, identity) = await hub.AgentAsync("exposer");
        await exposer.ExposeAsync("usual", hub.EchoPort);
        await WrittenAsync(hub, "usual");
        await exposer.ExposeAsync("named", hub.EchoPort, PublishWish.Off);
        await WrittenAsync(hub, "named");
        var open = (ServicePublished)await exposer.ExposeAsync("open", hub.EchoPort, PublishWish.Network);
        await WrittenAsync(hub, "open");
        // A reconnect opens nothing that was not open.
        await exposer.DisposeAsync();
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "open") is null);
        exposer = await hub.ConnectAsync("exposer");
        await exposer.ExposeAsync("open", hub.EchoPort, PublishWish.Network);
        await WrittenAsync(hub, "open");
        Assert.Equal(
            [($"agent {identity.AgentId}", "127.0.0.1", $"open port {open.Port} to the network", "done")],
            await LinesAsync(hub, "service.open"));
    }

    [Fact]
    public async Task AgentOfARemovedMemberKeepsWhatItExposesAndGetsNothingNew()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (other, _) = await hub.AgentAsync("other");
        var (exposer, identity) = await hub.AgentAsync("exposer");
        await hub.Get<AgentDirectory>().ChangeAsync(
            hub.Workspace, identity.AgentId, null, null, await OwnerAsync(hub), "test", "", default);
        await hub.Policy.ReloadMembersAsync(hub.Workspace, default);
        await exposer.ExposeAsync("db", hub.EchoPort);
        await other.ExposeAsync("theirs", hub.EchoPort);
        await other.DisposeAsync();
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "theirs") is null);
        await ExecuteAsync(hub, "DELETE FROM members");
        await hub.Policy.ReloadMembersAsync(hub.Workspace, default);

        Assert.NotNull(hub.Relay.Registry.FindService(hub.Workspace, "db"));
        foreach (var name in (string[])["new", "theirs"])
        {
            var refused = (RequestFailed)await exposer.ExposeAsync(name, hub.EchoPort);
            Assert.Contains("owner is no member", refused.Text, StringComparison.Ordinal);
            Assert.Null(hub.Relay.Registry.FindService(hub.Workspace, name));
        }

        // What the workspace relies on comes back with its agent.
        await exposer.DisposeAsync();
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "db") is null);
        exposer = await hub.ConnectAsync("exposer");
        Assert.IsType<ServicePublished>(await exposer.ExposeAsync("db", hub.EchoPort));
    }

    [Fact]
    public async Task CopiedIdentityIsToldAndAuditedWhenTheCopiesTakeTurns()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (_, identity) = await hub.AgentAsync("copied");
        var first = await hub.ConnectAsync("copied", place: 1);
        Assert.Equal("", first.Welcome.Notice);
        var again = await hub.ConnectAsync("copied", place: 1);
        Assert.Equal("", again.Welcome.Notice);
        var copy = await hub.ConnectAsync("copied", place: 2);
        Assert.Contains("127.0.0.1", copy.Welcome.Notice, StringComparison.Ordinal);
        var told = await again.Ended.WaitAsync(Door.Wait.Cap);
        Assert.Equal(GoAwayCode.Superseded, told.Remote!.Code);
        Assert.Equal(0, await AuditedAsync(hub, identity));
        await hub.ConnectAsync("copied", place: 1);
        await Door.Wait.UntilAsync(async () => await AuditedAsync(hub, identity) == 1);
        Assert.Contains(hub.Relay.Problems.Lately, p => p.What.Contains("two places", StringComparison.Ordinal));
    }
}
