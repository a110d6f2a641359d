using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>The workspace's word on a share goes before the agent's, at once, and to agents that can be told.</summary>
public sealed class SharesTests
{
    private static readonly ServiceShare s_asked = new(5, 20_000_000, 10_000_000);

    [Fact]
    public async Task AgentIsToldAfterEachPublishAndOnEveryChangeAndAnOlderOneNever()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (agent, _) = await hub.AgentAsync("box", takesShares: true);
        var (older, _) = await hub.AgentAsync("older");
        await PublishAsync(agent, "db");
        await PublishAsync(older, "old");
        await NextAsync(agent, new ShareService("db", s_asked));

        await SetAsync(hub, "db", new ShareRule(50, null, null));
        await NextAsync(agent, new ShareService("db", s_asked with { Weight = 50 }));
        // The floor that the agent asks cannot be above the limit that was decided.
        await SetAsync(hub, "db", new ShareRule(null, 1_000_000, null));
        var limited = new ServiceShare(5, 1_000_000, 1_000_000);
        await NextAsync(agent, new ShareService("db", limited));
        Assert.Equal(limited, hub.Relay.Registry.FindService(hub.Workspace, "db")!.Share);
        await SetAsync(hub, "old", new ShareRule(null, 0, 0));
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "old")!.Share == new ServiceShare(5, 0, 0));

        // A service that comes back, and one that was decided of while its agent was away.
        agent.Session.TrySend(new WithdrawService("db"));
        await Door.Wait.UntilAsync(() => hub.Relay.Registry.FindService(hub.Workspace, "db") is null);
        await SetAsync(hub, "db", new ShareRule(7, 0, null));
        await PublishAsync(agent, "db");
        await NextAsync(agent, new ShareService("db", new ServiceShare(7, 0, 10_000_000)));
        await SetAsync(hub, "db", ShareRule.None);
        await NextAsync(agent, new ShareService("db", s_asked));

        // A change of something else tells nothing; what came before this answer is all there was.
        await hub.Policy.ChangeAsync(hub.Workspace, "db", old => old with { IsPaused = true }, "test", "", default);
        await agent.FindAsync("db");
        await older.FindAsync("old");
        Assert.Empty(agent.Shares);
        Assert.Empty(older.Shares);
    }

    private static async Task PublishAsync(TestAgent agent, string name) => Assert.IsType<ServicePublished>(
        await agent.AskAsync(id => new PublishService(id, name, "127.0.0.1:1", 0) { Share = s_asked }));

    private static Task SetAsync(RightsFixture hub, string service, ShareRule share) =>
        RightsSteps.ChangeAsync(hub, service, old => old with { Share = share });

    private static async Task NextAsync(TestAgent agent, ShareService wanted)
    {
        ShareService? told = null;
        await Door.Wait.UntilAsync(() => agent.Shares.TryDequeue(out told));
        Assert.Equal(wanted, told);
    }
}
