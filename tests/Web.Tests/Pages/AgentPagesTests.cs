using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>Agents, one agent, topology and settings: who may do what, and what it does; no script runs here.</summary>
public sealed class AgentPagesTests
{
    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Member)]
    [InlineData(Role.Admin)]
    public async Task OnlyAdminsChangeAndRevokeAndOthersAreToldWhomToAsk(Role role)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var id = await site.EnrolAsync("box");
        await site.BecomeAsync(role);
        var page = await site.ReadAsync($"/agents/{id}");
        Assert.Equal(role >= Role.Admin, page.Contains("handler=change", StringComparison.Ordinal));
        Assert.Equal(role >= Role.Admin, page.Contains("handler=revoke", StringComparison.Ordinal));
        using var change = await site.PostAsync("/", $"/agents/{id}?handler=change", new() { ["label"] = "new name", ["tags"] = "ci, eu" });
        using var revoke = await site.PostAsync("/", $"/agents/{id}?handler=revoke", new() { ["confirm"] = "new name" });
        using var rename = await site.PostAsync("/", "/settings?handler=rename", new() { ["name"] = "renamed" });
        var known = site.App.Services.GetRequiredService<AgentDirectory>().FindById(id)!;
        if (role >= Role.Admin)
        {
            Assert.Equal($"/agents/{id}", change.Headers.Location!.OriginalString);
            Assert.Equal("/agents", revoke.Headers.Location!.OriginalString);
            Assert.Equal("/settings", rename.Headers.Location!.OriginalString);
            Assert.Equal(("new name", "ci eu", true), (known.Label, known.Tags, known.Revoked));
        }
        else
        {
            Assert.Equal(HttpStatusCode.Forbidden, change.StatusCode);
            Assert.Contains("ask an admin", await change.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (revoke.StatusCode, rename.StatusCode));
            Assert.Equal(("box", "", false), (known.Label, known.Tags, known.Revoked));
        }
    }

    [Fact]
    public async Task RevokingNeedsTheNameAndEndsTheSessionWithAnAuditLine()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("box");
        var id = site.App.Services.GetRequiredService<AgentDirectory>().All.Single().AgentId;
        using var wrong = await site.PostAsync("/", $"/agents/{id}?handler=revoke", new() { ["confirm"] = "bo" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("type box exactly", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var bare = await site.SendAsync(HttpMethod.Post, $"/agents/{id}?handler=revoke", new() { ["confirm"] = "box" });
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        Assert.False(agent.Ended.IsCompleted);
        using var right = await site.PostAsync("/", $"/agents/{id}?handler=revoke", new() { ["confirm"] = "box" });
        Assert.Equal(HttpStatusCode.Found, right.StatusCode);
        Assert.Equal(SessionEndReason.Revoked, (await agent.Ended.WaitAsync(Door.Wait.Cap)).Reason);
        Assert.DoesNotContain($"/agents/{id}", await site.ReadAsync("/agents"), StringComparison.Ordinal);
        using var gone = await site.GetAsync($"/agents/{id}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        await using var db = site.App.Services.GetRequiredService<Database>().Connect();
        Assert.Single(db.AuditEvents, line => line.Act == "agent.revoke" && line.Object == id);
    }

    [Theory]
    [InlineData("", "tag")]
    [InlineData(" ", "tag")]
    [InlineData("right\u202Eleft", "tag")]
    [InlineData("box", "Not_A_Tag")]
    public async Task NamesAndTagsThatTheApiRefusesThePageRefusesWithItsReason(string label, string tags)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var id = await site.EnrolAsync("box");
        using var answer = await site.PostAsync("/", $"/agents/{id}?handler=change", new() { ["label"] = label, ["tags"] = tags });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("class=\"problem\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("box", site.App.Services.GetRequiredService<AgentDirectory>().LabelOf(id));
    }

    [Fact]
    public async Task AgentOfAnotherWorkspaceIsNotThere()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var id = await site.EnrolAsync("theirs");
        using var made = await site.PostAsync("/account", "/account?handler=create", new() { ["name"] = "mine" });
        foreach (var path in new[] { "/agents", "/topology", "/settings" })
            Assert.DoesNotContain("theirs", await site.ReadAsync(path), StringComparison.Ordinal);
        using var page = await site.GetAsync($"/agents/{id}");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var revoke = await site.PostAsync("/", $"/agents/{id}?handler=revoke", new() { ["confirm"] = "theirs" });
        Assert.Equal(HttpStatusCode.NotFound, revoke.StatusCode);
        Assert.False(site.App.Services.GetRequiredService<AgentDirectory>().FindById(id)!.Revoked);
    }

    [Fact]
    public async Task ListIsFilteredSortedAndCutIntoPagesByTheHub()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        for (var i = 0; i < 27; i++)
            await site.EnrolAsync($"box {i:00}");
        await using var up = await site.ConnectAsync("zebra");
        var first = await site.ReadAsync("/agents");
        Assert.Contains("28 of 28 agents, page 1 of 2", first, StringComparison.Ordinal);
        Assert.Contains("box 24", first, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra", first, StringComparison.Ordinal);
        Assert.Contains("zebra", await site.ReadAsync("/agents?sort=name&order=down"), StringComparison.Ordinal);
        Assert.Contains("zebra", await site.ReadAsync("/agents?page=2"), StringComparison.Ordinal);
        // The page knows of a connection with the next sample.
        await Door.Wait.UntilAsync(async () => (await site.ReadAsync("/agents?state=up")).Contains("1 of 28 agents", StringComparison.Ordinal));
        Assert.Contains("None of 28 agents matches", await site.ReadAsync("/agents?q=nobody"), StringComparison.Ordinal);
        Assert.Contains("1 of 28 agents", await site.ReadAsync("/agents?q=BOX+07"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAnAgentTellsOfItselfStandsOnItsPageAndWhatHoldsItsStreamsBackOnTheServices()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("box");
        Assert.Equal(2_000, agent.Welcome.ReportPeriod);
        var id = site.App.Services.GetRequiredService<AgentDirectory>().All.Single().AgentId;
        await Door.Wait.UntilAsync(async () => (await site.ReadAsync($"/agents/{id}")).Contains("not told", StringComparison.Ordinal));
        uint opened = 0;
        agent.Opened = (stream, _) =>
        {
            opened = stream.Id;
            stream.Attach(new CollectEnd(64 * 1024));
        };
        var published = Assert.IsType<ServicePublished>(await agent.ExposeAsync("slow", 9));
        using var visitor = await SitePeople.VisitAsync(published.Port);
        await Door.Wait.UntilAsync(() => Volatile.Read(ref opened) != 0);
        await Door.Wait.UntilAsync(async () =>
        {
            agent.Session.TrySend(new AgentReport(19 * 1024 * 1024, TimeSpan.Zero, 4, [new StreamReport(opened, LimitingFactor.Limit)]));
            return (await site.ReadAsync("/services/slow")).Contains("</span> limit", StringComparison.Ordinal);
        });
        Assert.Contains("19 MiB", await site.ReadAsync($"/agents/{id}"), StringComparison.Ordinal);
        // From OPEN to OPENED it took some time, which the list tells.
        Assert.Matches(@"To open, p50"" class=""num"">\d", await site.ReadAsync("/services"));
    }

    [Fact]
    public async Task WhatAnAgentReachesNowStandsOnItsPageAndOnNobodyElses()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var box = await site.ConnectAsync("box");
        await using var laptop = await site.ConnectAsync("laptop");
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        Assert.IsType<ServicePublished>(await box.ExposeAsync("db", ((IPEndPoint)target.LocalEndpoint).Port));
        var ids = site.App.Services.GetRequiredService<AgentDirectory>().All.ToDictionary(agent => agent.Label, agent => agent.AgentId);
        Assert.DoesNotContain("Reaches now", await site.ReadAsync($"/agents/{ids["laptop"]}"), StringComparison.Ordinal);
        var (client, _, over) = await laptop.ReachAsync("db");
        using var served = await target.AcceptSocketAsync();
        await Door.Wait.UntilAsync(async () => (await site.ReadAsync($"/agents/{ids["laptop"]}")).Contains("<tr id=\"r-db\">", StringComparison.Ordinal));
        Assert.DoesNotContain("Reaches now", await site.ReadAsync($"/agents/{ids["box"]}"), StringComparison.Ordinal);
        // Both ends: one alone is a half-close.
        served.Dispose();
        client.Dispose();
        await over.WaitAsync(Door.Wait.Cap);
        await Door.Wait.UntilAsync(async () => !(await site.ReadAsync($"/agents/{ids["laptop"]}")).Contains("Reaches now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ViewersSeeNoOperatorsFactsAndNobodySeesASecret()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var owner = await site.ReadAsync("/settings");
        Assert.Contains("SQLite in the data folder", owner, StringComparison.Ordinal);
        Assert.Contains("sha256:", owner, StringComparison.Ordinal);
        Assert.DoesNotContain(site.Folder, owner, StringComparison.Ordinal);
        await site.BecomeAsync(Role.Viewer);
        var viewer = await site.ReadAsync("/settings");
        Assert.Contains("sha256:", viewer, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite", viewer, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=rename", viewer, StringComparison.Ordinal);
    }
}
