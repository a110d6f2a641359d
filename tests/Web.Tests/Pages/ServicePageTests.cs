using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Web.Tests.Live;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>One service's page: who may do what, every form without script, and what it does to streams.</summary>
public sealed partial class ServicePageTests
{
    private static readonly (string Handler, Role Least, Dictionary<string, string> Form)[] s_acts =
    [
        ("publish", Role.Admin, new() { ["publish"] = "off", ["allow"] = "" }),
        ("reach", Role.Admin, new() { ["reach"] = "chosen" }),
        ("share", Role.Admin, new() { ["weight"] = "20", ["limit"] = "50M", ["floor"] = "" }),
        ("pause", Role.Admin, []),
        ("resume", Role.Admin, []),
        ("grant", Role.Admin, new() { ["kind"] = "role", ["subject"] = "viewer" }),
        ("revoke", Role.Admin, new() { ["id"] = "none" }),
        ("kill", Role.Member, new() { ["id"] = "1-1" }),
        ("delete", Role.Member, new() { ["confirm"] = "db" }),
    ];

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Member)]
    [InlineData(Role.Admin)]
    public async Task RolesDoWhatTheTableSays(Role role)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("db");
        await site.BecomeAsync(role);
        var html = await site.ReadAsync("/services/db");
        Assert.Equal(role >= Role.Admin, html.Contains("handler=publish", StringComparison.Ordinal));
        Assert.Equal(role >= Role.Member, html.Contains("handler=delete", StringComparison.Ordinal));
        Assert.Equal(role >= Role.Member, html.Contains("handler=kill", StringComparison.Ordinal));
        foreach (var (handler, least, form) in s_acts)
        {
            using var answer = await site.PostAsync("/", $"/services/db?handler={handler}", new(form));
            if (role < least)
                Assert.Equal((handler, HttpStatusCode.Forbidden), (handler, answer.StatusCode));
            else
                Assert.NotEqual((handler, HttpStatusCode.Forbidden), (handler, answer.StatusCode));
        }

        var rule = Policy(site).Current.RuleOf(await site.WorkspaceAsync(), "db");
        if (role < Role.Admin)
            Assert.Equal(ServiceRule.Default, rule);
        Assert.Equal(role == Role.Viewer, site.App.Services.GetRequiredService<ServiceDirectory>().Find(await site.WorkspaceAsync(), "db") is not null);
    }

    [Fact]
    public async Task EveryActNeedsItsToken()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("db");
        foreach (var (handler, _, form) in s_acts)
        {
            using var answer = await site.SendAsync(HttpMethod.Post, $"/services/db?handler={handler}", new(form));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal(ServiceRule.Default, Policy(site).Current.RuleOf(await site.WorkspaceAsync(), "db"));
    }

    [Fact]
    public async Task FormsWorkWithoutScriptAndSayWhatWasDone()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("db");
        var workspace = await site.WorkspaceAsync();
        ServiceRule Rule() => Policy(site).Current.RuleOf(workspace, "db");

        Assert.Equal("Where its port listens is changed.", await DoAsync(site, "publish", ("publish", "network"), ("allow", "10.0.0.0/8, 192.0.2.7")));
        Assert.Equal((PublishMode.Network, "10.0.0.0/8 192.0.2.7/32"), (Rule().Publish, string.Join(' ', Rule().Allow!.Networks)));
        using var slip = await site.PostAsync("/services/db", "/services/db?handler=publish", new() { ["publish"] = "network", ["allow"] = "10.0.0.1/8" });
        Assert.Equal(HttpStatusCode.BadRequest, slip.StatusCode);
        Assert.Contains("is no address or network", WebUtility.HtmlDecode(await slip.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        // Networks that would not hold are refused, and what stands stays.
        using var open = await site.PostAsync("/services/db", "/services/db?handler=publish", new() { ["publish"] = "agent", ["allow"] = "10.0.0.0/8" });
        Assert.Equal((HttpStatusCode.BadRequest, PublishMode.Network, 2), (open.StatusCode, Rule().Publish, Rule().Allow!.Networks.Count));
        await DoAsync(site, "publish", ("publish", "agent"), ("allow", " "));
        Assert.Equal((null, null), (Rule().Publish, Rule().Allow));

        await DoAsync(site, "reach", ("reach", "chosen"));
        Assert.False(Rule().IsForEveryone);
        await DoAsync(site, "grant", ("kind", "member"), ("subject", "ada@example.org"), ("days", "7"));
        Assert.Contains("ada@example.org", await site.ReadAsync("/services/db"), StringComparison.Ordinal);
        await DoAsync(site, "revoke", ("id", Assert.Single(Rule().Grants).Id));
        Assert.Empty(Rule().Grants);
        using var nobody = await site.PostAsync("/services/db", "/services/db?handler=grant", new() { ["kind"] = "member", ["subject"] = "eve@example.org" });
        Assert.Equal(HttpStatusCode.BadRequest, nobody.StatusCode);

        Assert.Equal("Weight and limits hold from now on, for live streams too.", await DoAsync(site, "share", ("weight", " 20"), ("limit", "1.5G"), ("floor", "None")));
        Assert.Equal(new ShareRule(20, 1_500_000_000, 0), Rule().Share);
        var html = await site.ReadAsync("/services/db");
        Assert.Contains("name=\"weight\" value=\"20\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"limit\" value=\"1500M\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"floor\" value=\"none\"", html, StringComparison.Ordinal);
        foreach (var (weight, limit, floor, allowed) in new[]
        {
            ("0", "", "", "from 1 to 100"), ("<b>1", "", "", "from 1 to 100"), ("101", "", "", "from 1 to 100"),
            ("", "<script>", "", "from 64k to 1000G"), ("", "", "63k", "from 64k to 1000G"), ("", "1M", "2M", "at most what limit allows"),
        })
        {
            using var wrong = await site.PostAsync(
                "/services/db", "/services/db?handler=share", new() { ["weight"] = weight, ["limit"] = limit, ["floor"] = floor });
            Assert.Equal((allowed, HttpStatusCode.BadRequest), (allowed, wrong.StatusCode));
            var said = await wrong.Content.ReadAsStringAsync();
            Assert.Contains(allowed, WebUtility.HtmlDecode(said), StringComparison.Ordinal);
            Assert.DoesNotContain("<b>1", said, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", said, StringComparison.Ordinal);
        }

        Assert.Equal(new ShareRule(20, 1_500_000_000, 0), Rule().Share);
        await DoAsync(site, "share", ("weight", ""), ("limit", ""), ("floor", ""));
        Assert.Equal(ShareRule.None, Rule().Share);

        await DoAsync(site, "pause");
        Assert.True(Rule().IsPaused);
        await DoAsync(site, "resume");
        Assert.False(Rule().IsPaused);

        using var unsure = await site.PostAsync("/services/db", "/services/db?handler=delete", new() { ["confirm"] = "DB" });
        Assert.Equal(HttpStatusCode.BadRequest, unsure.StatusCode);
        using var deleted = await site.PostAsync("/services/db", "/services/db?handler=delete", new() { ["confirm"] = "db" });
        Assert.Equal("/services", deleted.Headers.Location!.OriginalString);
        Assert.Contains("db is deleted.", await site.ReadAsync("/services"), StringComparison.Ordinal);
        Assert.DoesNotContain("db is deleted.", await site.ReadAsync("/services"), StringComparison.Ordinal);
        using var gone = await site.GetAsync("/services/db");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        var acts = await ActsAsync(site);
        Assert.Equal(["service.rights", "service.delete"], acts.Where(act => act.StartsWith("service.", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task ServiceOfAnotherWorkspaceIsNotThere()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("db");
        using var elsewhere = await site.PostAsync("/account", "/account?handler=create", new() { ["name"] = "Elsewhere" });
        using var look = await site.GetAsync("/services/db");
        Assert.Equal(HttpStatusCode.NotFound, look.StatusCode);
        foreach (var (handler, _, form) in s_acts)
        {
            using var answer = await site.PostAsync("/", $"/services/db?handler={handler}", new(form));
            Assert.Equal((handler, HttpStatusCode.NotFound), (handler, answer.StatusCode));
        }

        Assert.NotNull(site.App.Services.GetRequiredService<ServiceDirectory>().Find(await site.WorkspaceAsync(), "db"));
    }

    [Fact]
    public async Task StreamIsShownAndEndedByHand()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("<b>box");
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var port = Assert.IsType<ServicePublished>(await agent.ExposeAsync("db", ((IPEndPoint)target.LocalEndpoint).Port)).Port;
        using var visitor = await SitePeople.VisitAsync(port);
        var address = await LivePageTests.AddressAsync(site, "/services/db");
        using var live = await LiveReader.OpenAsync(site, address, lastEvent: "1");
        var streams = "";
        while (!streams.Contains(visitor.LocalEndPoint!.ToString()!, StringComparison.Ordinal))
            streams = await live.NextAsync("streams");
        var id = StreamId().Match(streams).Groups[1].Value;
        using (var raw = await site.GetAsync("/services/db"))
            Assert.DoesNotContain("<b>box", await raw.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal("The stream is ended: both its ends saw a reset.", await DoAsync(site, "kill", ("id", id)));
        Assert.Equal("reset", await Door.Wait.EndOfAsync(visitor));
        Assert.Contains("stream.kill", await ActsAsync(site));
        using var late = await site.PostAsync("/services/db", "/services/db?handler=kill", new() { ["id"] = id });
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);

        // What the page shows ends: so does its stream.
        using var deleted = await site.PostAsync("/services/db", "/services/db?handler=delete", new() { ["confirm"] = "db" });
        Assert.Equal("ended", await live.NextAsync("over"));
    }

    [Fact]
    public async Task PageSaysWhoDecidedTheShareAndWhenItsAgentCannotBeTold()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("box");
        Assert.IsType<ServicePublished>(await agent.ExposeAsync("db", 1));
        await DoAsync(site, "share", ("weight", "20"), ("limit", "50M"), ("floor", ""));
        var address = await LivePageTests.AddressAsync(site, "/services/db");
        using var live = await LiveReader.OpenAsync(site, address, lastEvent: "1");
        var facts = "";
        while (!facts.Contains("weight 20 (set here), limit 50 Mbit/s = 6.25 MB/s (set here), no floor (as its agent asks)", StringComparison.Ordinal))
            facts = await live.NextAsync("facts");
        Assert.Contains("Its agent is too old to be told", facts, StringComparison.Ordinal);
        await DoAsync(site, "share", ("weight", ""), ("limit", ""), ("floor", ""));
        while (!facts.Contains("weight 10 (as its agent asks), no limit (as its agent asks)", StringComparison.Ordinal))
            facts = await live.NextAsync("facts");
        Assert.DoesNotContain("too old", facts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PausedServiceTakesNoStreamsAndEndsThoseThatLiveOnlyWhenAsked()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("box");
        await using var other = await site.ConnectAsync("laptop");
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var port = Assert.IsType<ServicePublished>(await agent.ExposeAsync("db", ((IPEndPoint)target.LocalEndpoint).Port)).Port;
        using var visitor = await SitePeople.VisitAsync(port);
        using var served = await target.AcceptSocketAsync();
        var service = site.App.Services.GetRequiredService<HubRelay>().Registry.FindService(await site.WorkspaceAsync(), "db")!;

        await DoAsync(site, "pause");
        Assert.Contains("paused", await site.ReadAsync("/services/db"), StringComparison.Ordinal);
        var (client, _, over) = await other.ReachAsync("db");
        using (client)
            Assert.Equal(StreamError.Paused, (await over.WaitAsync(Door.Wait.Cap)).Error);
        var refused = service.Refused;
        await Door.Wait.UntilAsync(async () =>
        {
            try
            {
                using var turnedAway = await SitePeople.VisitAsync(port);
                return await Door.Wait.EndOfAsync(turnedAway) == "reset";
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                return true;
            }
        });
        Assert.True(service.Refused > refused);
        await visitor.SendAsync("word"u8.ToArray());
        Assert.True(await served.ReceiveAsync(new byte[4]) > 0);

        Assert.Equal("db is paused and its live streams are ended.", await DoAsync(site, "pause", ("end", "yes")));
        Assert.Equal("reset", await Door.Wait.EndOfAsync(visitor));
        Assert.Equal(1, service.Endings.Read()[StreamError.Paused]);
        await DoAsync(site, "resume");
        using var back = await SitePeople.VisitAsync(port);
        using var servedAgain = await target.AcceptSocketAsync();
        await back.SendAsync("word"u8.ToArray());
        Assert.True(await servedAgain.ReceiveAsync(new byte[4]) > 0);
    }

    private static ServicePolicy Policy(SiteFixture site) => site.App.Services.GetRequiredService<ServicePolicy>();

    private static async Task<List<string>> ActsAsync(SiteFixture site)
    {
        await using var db = site.App.Services.GetRequiredService<Database>().Connect();
        return [.. db.AuditEvents.OrderBy(row => row.At).Select(row => row.Act)];
    }

    /// <summary>Posts a form of the page and follows; what the next page says was done.</summary>
    private static async Task<string> DoAsync(SiteFixture site, string handler, params (string Name, string Value)[] fields)
    {
        using var answer = await site.PostAsync(
            "/services/db", $"/services/db?handler={handler}", fields.ToDictionary(field => field.Name, field => field.Value));
        Assert.True(answer.StatusCode == HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
        var toast = Toast().Match(await site.ReadAsync(answer.Headers.Location!.OriginalString));
        return toast.Groups[1].Value;
    }

    [GeneratedRegex("<p class=\"toast\" role=\"status\">✓ ([^<]*)</p>")]
    private static partial Regex Toast();

    [GeneratedRegex("name=\"id\" value=\"([^\"]+)\" aria-label=\"End")]
    private static partial Regex StreamId();
}
