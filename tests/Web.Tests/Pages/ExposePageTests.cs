using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>The page that makes the command which exposes a target: what it refuses, what it writes, and what it waits for.</summary>
public sealed partial class ExposePageTests
{
    [Fact]
    public async Task CommandOfAnAgentIsExactAndThePageSeesTheServiceCome()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("box");
        var id = site.App.Services.GetRequiredService<AgentDirectory>().All.Single().AgentId;
        Assert.Contains($"<option value=\"{id}\"", await site.ReadAsync("/expose"), StringComparison.Ordinal);
        var path = $"/expose?target=db.internal%3A5432&name=prod-db&agent={id}&protocol=postgres&publish=network&port={site.Options.FirstTunnelPort}";
        Assert.Equal(
            $"./connect expose db.internal:5432 --name prod-db --protocol postgres --publish network --port {site.Options.FirstTunnelPort}", Command(await site.ReadAsync(path)));
        await Door.Wait.UntilAsync(async () => await site.ReadAsync(path) is var page
            && page.Contains("<b>box</b> is connected", StringComparison.Ordinal) && page.Contains("… waiting", StringComparison.Ordinal));

        // What it says it dials is not what was asked for: that is told, and not taken for done.
        var published = Assert.IsType<ServicePublished>(await agent.AskAsync(wish => new PublishService(wish, "prod-db", "db.other:5432", 0)));
        await Door.Wait.UntilAsync(async () => await site.ReadAsync(path) is var page
            && page.Contains("✓ exposed", StringComparison.Ordinal)
            && page.Contains($"127.0.0.1:{published.Port}", StringComparison.Ordinal)
            && page.Contains("it dials <code>db.other:5432</code>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PageThatIsLoadedAgainAfterTheNewAgentCameSaysThatItIsDone()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        const string path = "/expose?target=db.internal%3A5432&name=orders&agent=new";
        Assert.Contains("… waiting", await site.ReadAsync(path), StringComparison.Ordinal);
        await using var agent = await site.ConnectAsync("new box");
        Assert.IsType<ServicePublished>(await agent.AskAsync(wish => new PublishService(wish, "orders", "db.internal:5432", 0)));
        await Door.Wait.UntilAsync(async () => await site.ReadAsync(path) is var page
            && page.Contains("✓ exposed", StringComparison.Ordinal) && page.Contains("<b>new box</b> is connected", StringComparison.Ordinal));
        // Another target under that name is another wish.
        using var other = await site.GetAsync(path.Replace("5432", "5433", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task NewAgentsCommandHasAKeyThatIsShownOnceAndWorksOnce()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        const string path = "/expose?target=localhost%3A6379&name=cache&agent=new";
        var asked = await site.ReadAsync(path);
        Assert.DoesNotContain("pe_", asked, StringComparison.Ordinal);
        Assert.Contains("./connect expose '[2001:db8::1]:80' --name six", await site.ReadAsync(
            $"/expose?target=%5B2001%3Adb8%3A%3A1%5D%3A80&name=six&agent={await site.EnrolAsync("box")}"), StringComparison.Ordinal);
        Assert.Contains("localhost is the agent's own machine", asked, StringComparison.Ordinal);
        using var made = await site.PostAsync(path, path + "&handler=agent", []);
        var page = WebUtility.HtmlDecode(await made.Content.ReadAsStringAsync());
        var command = Command(page);
        Assert.Matches(
            @"^PRIVATECONNECT_TOKEN=pe_\S+ \./connect expose localhost:6379 --name cache --hub https://localhost:\d+ --pin sha256:\S+$", command);
        Assert.Contains("handler=live", page, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=agent&", page[..page.IndexOf("<form method=\"get\"", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.DoesNotContain("pe_", await site.ReadAsync(path), StringComparison.Ordinal);
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var token = command.Split('=', ' ')[1];
        var enrolled = await site.App.Services.GetRequiredService<AgentDirectory>()
            .EnrolAsync(key.ExportSubjectPublicKeyInfo(), "new", token, "127.0.0.1", CancellationToken.None);
        Assert.NotNull(enrolled.Agent);
    }

    [Theory]
    [InlineData("", "prod-db", "", "Give host:port")]
    [InlineData("db", "prod-db", "", "is not a target")]
    [InlineData("db:0", "prod-db", "", "between 1 and 65535")]
    [InlineData("$(reboot):80", "prod-db", "", "A host name has letters")]
    [InlineData("a;reboot:80", "prod-db", "", "A host name has letters")]
    [InlineData("a`id`:80", "prod-db", "", "A host name has letters")]
    [InlineData("--help:80", "prod-db", "", "does not begin with")]
    [InlineData("[a$(id)]:80", "prod-db", "", "A host name has letters")]
    [InlineData("bücher.example:80", "prod-db", "", "xn--")]
    [InlineData("169.254.169.254:80", "prod-db", "", "metadata address")]
    [InlineData("[fe80::1%$(id)]:80", "prod-db", "", "A host name has letters")]
    [InlineData("[2001:db8::1%$(id)]:80", "prod-db", "", "A host name has letters")]
    [InlineData("[fe80::1]:80", "prod-db", "", "metadata address")]
    [InlineData("[::ffff:169.254.169.254]:80", "prod-db", "", "metadata address")]
    [InlineData("db:80", "Prod", "", "is not a service name")]
    [InlineData("db:80", "", "", "Give 1 to 63")]
    [InlineData("db:80", "x;reboot", "", "is not a service name")]
    [InlineData("db:80", "taken", "", "is exposed by agent 'box'")]
    [InlineData("db:80", "free", "&port=1", "This hub's ports are {first}-{last}")]
    [InlineData("db:80", "free", "&port={first}", "used by service 'taken'")]
    [InlineData("db:80", "free", "&port={last}&publish=off", "without a port")]
    [InlineData("db:80", "free", "&protocol=$(id)", "Choose one of")]
    [InlineData("db:80", "free", "&publish=$(id)", "Choose one of")]
    [InlineData("db:80", "free", "&agent=00000000-0000-7000-8000-000000000000", "Choose the agent")]
    public async Task WhatWouldBeRefusedLaterOrDoHarmInAShellIsRefusedHere(string target, string name, string more, string reason)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await using var agent = await site.ConnectAsync("box");
        Assert.IsType<ServicePublished>(await agent.ExposeAsync("taken", 9, wanted: site.Options.FirstTunnelPort));
        (more, reason) = (WithPorts(more), WithPorts(reason));
        var path = $"/expose?target={Uri.EscapeDataString(target)}&name={Uri.EscapeDataString(name)}{more}"
            + (more.Contains("agent=", StringComparison.Ordinal) ? "" : "&agent=new");
        // What flows is looked at once a second.
        await Door.Wait.UntilAsync(async () => (await site.ReadAsync("/services?state=up")).Contains("taken", StringComparison.Ordinal));
        using var answer = await site.GetAsync(path);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<pre class=\"command\"", page, StringComparison.Ordinal);
        using var made = await site.PostAsync("/", path + "&handler=agent", []);
        Assert.Equal(HttpStatusCode.BadRequest, made.StatusCode);
        Assert.DoesNotContain("pe_", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        string WithPorts(string text) =>
            text.Replace("{first}", $"{site.Options.FirstTunnelPort}", StringComparison.Ordinal)
                .Replace("{last}", $"{site.Options.LastTunnelPort}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameOfAnAgentThatIsAwayMovesAndAFullQuotaIsToldBeforehand()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("old-db");
        Assert.Contains("it moves, and keeps its rights", await site.ReadAsync("/expose?target=db%3A80&name=old-db&agent=new"), StringComparison.Ordinal);
        await site.App.Services.GetRequiredService<Quotas>().SetAsync(
            await site.WorkspaceAsync(), WorkspaceQuota.None with { Services = 1 }, "test", "", CancellationToken.None);
        Assert.Contains("quota of 1 services is used up", await site.ReadAsync("/expose?target=db%3A80&name=new-db&agent=new"), StringComparison.Ordinal);
        Assert.Contains("it moves", await site.ReadAsync("/expose?target=db%3A80&name=old-db&agent=new"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgentsAndServicesOfAnotherWorkspaceAreNotThereAndViewersAreToldWhomToAsk()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var id = await site.EnrolAsync("theirs");
        using (await site.PostAsync("/account", "/account?handler=create", new() { ["name"] = "mine" }))
        {
            var page = await site.ReadAsync($"/expose?target=db%3A80&name=a&agent={id}");
            Assert.Contains("Choose the agent", page, StringComparison.Ordinal);
            Assert.DoesNotContain("theirs", page, StringComparison.Ordinal);
        }

        await site.BecomeAsync(Role.Viewer);
        var told = await site.ReadAsync($"/expose?target=db%3A80&name=a&agent={id}");
        Assert.Contains("a member, admin or owner can add services", told, StringComparison.Ordinal);
        Assert.DoesNotContain("./connect", told, StringComparison.Ordinal);
        using var made = await site.PostAsync("/", "/expose?target=db%3A80&name=a&agent=new&handler=agent", []);
        Assert.Equal(HttpStatusCode.Forbidden, made.StatusCode);
    }

    private static string Command(string page) => Line().Match(page).Groups[1].Value;

    [GeneratedRegex("id=\"expose-command\"[^>]*><code>([^<]*)</code>")]
    private static partial Regex Line();
}
