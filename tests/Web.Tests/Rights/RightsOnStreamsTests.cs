using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using Xunit;

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

    /// <summary>The hub's clock is the test's: no more gets through than a full bucket for each second that it says passed.</summary>
    [Fact]
    public async Task ServicesOfAWorkspaceShareItsBandwidth()
    {
        const int bucket = 16 * 1024;
        const int each = 2 * bucket;
        // A rest of less than a step of the bucket waits for more.
        const int used = bucket - 1024;
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        await hub.Get<Quotas>().SetAsync(hub.Workspace, WorkspaceQuota.None with { Bandwidth = 800_000 }, "test", "", default);
        var first = (ServicePublished)await exposer.ExposeAsync("a", hub.EchoPort);
        var second = (ServicePublished)await exposer.ExposeAsync("b", hub.EchoPort);
        using var one = await VisitAsync(first.Port);
        using var two = await VisitAsync(second.Port);
        var got = 0;
        var reading = Task.WhenAll(CountAsync(one), CountAsync(two));
        await one.SendAsync(new byte[each]);
        await two.SendAsync(new byte[each]);
        for (var seconds = 1; !reading.IsCompleted; seconds++)
        {
            var least = Math.Min(seconds * used, 2 * each);
            await Door.Wait.UntilAsync(() => Volatile.Read(ref got) >= least);
            Assert.InRange(Volatile.Read(ref got), 0, seconds * bucket);
            hub.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await reading;

        async Task CountAsync(Socket socket)
        {
            var buffer = new byte[each];
            for (var left = each; left > 0;)
            {
                var n = await socket.ReceiveAsync(buffer);
                left -= n;
                Interlocked.Add(ref got, n);
            }
        }
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

    private static async Task<int> AuditedAsync(RightsFixture hub, AgentIdentity agent)
    {
        await using var db = hub.Get<Hub.Data.Database>().Connect();
        return db.AuditEvents.Count(line => line.Act == "identity.copied" && line.Object == agent.AgentId);
    }

    private static async Task<SessionEndReason> ReasonAsync(TestAgent agent)
    {
        var end = await agent.Ended.WaitAsync(Door.Wait.Cap);
        return end.Remote?.Code == GoAwayCode.Revoked ? SessionEndReason.Revoked : end.Reason;
    }

    private static int LiveStreams(RightsFixture hub, string service) =>
        hub.Relay.Registry.FindService(hub.Workspace, service)!.Totals().Streams;

    private static async Task<StreamError> RefusedAsync(TestAgent agent, string service)
    {
        var (client, _, over) = await agent.ReachAsync(service);
        using (client)
            return (await over.WaitAsync(Door.Wait.Cap)).Error;
    }

    private static Task ChosenAsync(RightsFixture hub, string service) =>
        ChangeAsync(hub, service, rule => rule with { IsForEveryone = false });

    private static async Task ChangeAsync(RightsFixture hub, string service, Func<ServiceRule, ServiceRule> change)
    {
        // The database learns of a service behind its publisher's back.
        await Door.Wait.UntilAsync(async () =>
        {
            await using var db = hub.Get<Hub.Data.Database>().Connect();
            return db.Services.Any(row => row.Name == service);
        });
        Assert.NotNull(await hub.Policy.ChangeAsync(hub.Workspace, service, change, "test", "", default));
    }

    private static async Task<string> GrantAsync(
        RightsFixture hub, string service, GrantKind kind, string subject, TimeSpan? life) =>
        (await hub.Policy.GrantAsync(
            hub.Workspace, service, kind, subject, hub.Time.GetUtcNow() + life, "test", "", default))!.Id;

    private static async Task<string> OwnerAsync(RightsFixture hub)
    {
        var links = hub.Get<LoginLinks>();
        var link = (await links.CreateSetupAsync(default))!;
        return (await links.RedeemAsync(link, "owner@example.org", default)).UserId!;
    }

    private static async Task ExecuteAsync(RightsFixture hub, string sql)
    {
        await using var connection = hub.Get<Hub.Data.Database>().CreateConnection();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Socket> VisitAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>How a visit ended that is not let in; the reset may be met by connecting itself.</summary>
    private static async Task<string> TurnedAwayAsync(int port)
    {
        try
        {
            using var visitor = await VisitAsync(port);
            return await Door.Wait.EndOfAsync(visitor);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    private static bool IsListening(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
