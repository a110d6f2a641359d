using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using Xunit;
using static PrivateConnect.Web.Tests.Rights.RightsSteps;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>Rights decide at OPEN and end what they no longer allow; the clock is the test's.</summary>
public sealed class RightsOnStreamsTests
{
    [Fact]
    public async Task GrantThatExpiresEndsTheLiveStreamWithItsCauseAndNothingFlowsAfter()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, reacherId) = await hub.AgentAsync("reacher");
        Assert.IsType<ServicePublished>(await exposer.ExposeAsync("db", hub.EchoPort));
        await ChosenAsync(hub, "db");
        await GrantAsync(hub, "db", GrantKind.Agent, reacherId.AgentId, TimeSpan.FromDays(7));
        var (client, _, over) = await reacher.ReachAsync("db");
        await RightsFixture.EchoAsync(client);

        hub.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await RightsFixture.EchoAsync(client);
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        var end = await over.WaitAsync(Door.Wait.Cap);
        Assert.Equal((StreamError.Revoked, 8, 8), (end.Error, end.BytesIn, end.BytesOut));
        Assert.Equal("reset", await Door.Wait.EndOfAsync(client));
        Assert.Equal(0, LiveStreams(hub, "db"));
        Assert.Equal(StreamError.AgentAway, await RefusedAsync(reacher, "db"));
    }

    [Theory]
    [InlineData("grant")]
    [InlineData("reach")]
    [InlineData("tag")]
    [InlineData("owner")]
    [InlineData("member")]
    public async Task ChangeOfRightsEndsTheLiveStream(string what)
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, reacherId) = await hub.AgentAsync("reacher");
        var agents = hub.Get<AgentDirectory>();
        await exposer.ExposeAsync("db", hub.EchoPort);
        var grant = "";
        var user = await OwnerAsync(hub);
        switch (what)
        {
            case "grant":
                await ChosenAsync(hub, "db");
                grant = await GrantAsync(hub, "db", GrantKind.Agent, reacherId.AgentId, null);
                break;
            case "tag":
                await agents.ChangeAsync(hub.Workspace, reacherId.AgentId, null, "ci", null, "test", "", default);
                await ChosenAsync(hub, "db");
                await GrantAsync(hub, "db", GrantKind.Tag, "ci", null);
                break;
            case "owner" or "member":
                await agents.ChangeAsync(hub.Workspace, reacherId.AgentId, null, null, user, "test", "", default);
                await hub.Policy.ReloadMembersAsync(hub.Workspace, default);
                if (what == "owner")
                {
                    await ChosenAsync(hub, "db");
                    await GrantAsync(hub, "db", GrantKind.Role, "owner", null);
                }

                break;
        }

        var (client, _, over) = await reacher.ReachAsync("db");
        await RightsFixture.EchoAsync(client);
        switch (what)
        {
            case "grant":
                Assert.True(await hub.Policy.RevokeGrantAsync(hub.Workspace, "db", grant, "test", "", default));
                break;
            case "reach":
                await ChosenAsync(hub, "db");
                break;
            case "tag":
                await agents.ChangeAsync(hub.Workspace, reacherId.AgentId, null, "", null, "test", "", default);
                break;
            default:
                // A removed member, and one who is no owner any more.
                await ExecuteAsync(hub, what == "member" ? "DELETE FROM members" : "UPDATE members SET role = 'member'");
                await hub.Policy.ReloadMembersAsync(hub.Workspace, default);
                break;
        }

        Assert.Equal(StreamError.Revoked, (await over.WaitAsync(Door.Wait.Cap)).Error);
        Assert.Equal("reset", await Door.Wait.EndOfAsync(client));
        Assert.Equal(StreamError.AgentAway, await RefusedAsync(reacher, "db"));
    }

    [Fact]
    public async Task RevokedAgentsStreamsEndOnBothSides()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, reacherId) = await hub.AgentAsync("reacher");
        var published = (ServicePublished)await exposer.ExposeAsync("db", hub.EchoPort);
        var (client, _, over) = await reacher.ReachAsync("db");
        await RightsFixture.EchoAsync(client);
        using var visitor = await VisitAsync(published.Port);
        await RightsFixture.EchoAsync(visitor);
        await hub.Get<AgentDirectory>().RevokeAsync(hub.Workspace, reacherId.AgentId, "test", default);
        await over.WaitAsync(Door.Wait.Cap);
        Assert.Equal(SessionEndReason.Revoked, await ReasonAsync(reacher));
        Assert.Equal("reset", await Door.Wait.EndOfAsync(client));
        await Door.Wait.UntilAsync(() => LiveStreams(hub, "db") == 1);
        await RightsFixture.EchoAsync(visitor); // another's stream lives on
    }

    [Fact]
    public async Task WhatOneMayNotReachLooksLikeWhatIsNotThere()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, _) = await hub.AgentAsync("reacher");
        await exposer.ExposeAsync("db", hub.EchoPort);
        await ChosenAsync(hub, "db");
        var hidden = (RequestFailed)await reacher.FindAsync("db");
        var missing = (RequestFailed)await reacher.FindAsync("no");
        Assert.Equal(RequestFailure.UnknownService, hidden.Code);
        Assert.Equal(missing.Text.Replace("'no'", "'db'", StringComparison.Ordinal), hidden.Text);
        Assert.Equal(await RefusedAsync(reacher, "no"), await RefusedAsync(reacher, "db"));
    }

    [Fact]
    public async Task AnotherWorkspacesServiceIsAsOneThatIsNotThere()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (stranger, strangerId) = await hub.AgentAsync("stranger");
        await exposer.ExposeAsync("db", hub.EchoPort);
        await exposer.ExposeAsync("away", hub.EchoPort);
        exposer.Session.TrySend(new WithdrawService("away"));
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "away") is null);
        var heard = 0;
        exposer.Opened = (_, _) => Interlocked.Increment(ref heard);
        var session = hub.Relay.Registry.Find(strangerId.AgentId)!;
        session.Agent = session.Agent with { WorkspaceId = Guid.NewGuid().ToString() };

        var missing = (RequestFailed)await stranger.FindAsync("no");
        foreach (var name in (string[])["db", "away"])
        {
            var hidden = (RequestFailed)await stranger.FindAsync(name);
            Assert.Equal(
                (missing.Code, missing.Text.Replace("'no'", $"'{name}'", StringComparison.Ordinal)), (hidden.Code, hidden.Text));
            Assert.Equal(await RefusedAsync(stranger, "no"), await RefusedAsync(stranger, name));
        }

        Assert.Equal(RequestFailure.UnknownService, missing.Code);
        // Nor does it take them down.
        stranger.Session.TrySend(new WithdrawService("db"));
        await stranger.FindAsync("no");
        Assert.NotNull(hub.Relay.Registry.FindService(hub.Workspace, "db"));
        Assert.Equal(0, heard);
    }
}
