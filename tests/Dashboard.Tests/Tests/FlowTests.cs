using System.Text.RegularExpressions;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>What people do, from the first click to the last, on a hub of their own; with and without a script.</summary>
public sealed partial class FlowTests(Site site)
{
    [Fact]
    public async Task FirstOwnerSetsUpAddsAnAgentSeesItComeAndTrafficFlowAndLogsOut()
    {
        await using var hub = await FreshHub.StartAsync(site);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        await page.SeesAsync("Waiting for your agent");
        await page.SeesAsync("live", "#live-state");
        await page.Find("#add-agent button").First.ClickAsync();
        var command = await page.Find("#add-agent pre").InnerTextAsync();
        var token = Token().Match(command).Value;
        Assert.NotEqual("", token);
        Assert.Contains(hub.Hub.Pin, command, StringComparison.Ordinal);

        await using var flood = new FloodTarget();
        var agent = hub.Tunnel.Run("first", ["expose", $"127.0.0.1:{flood.Port}", "--name", "first-db", "--limit", "8M", "--label", "first box"], key: token);
        // Without a reload: the page learns it from the hub.
        await page.SeesAsync("first box", "#live-agents");
        await page.SeesAsync("first-db", "#live-services");
        var port = await agent.PortFromEventAsync("exposed");
        using var visitor = await Peer.ConnectAsync(port);
        using var enough = new CancellationTokenSource();
        var reading = visitor.DiscardAsync(enough.Token);
        await page.SeesAsync("B/s", "#s-first-db");
        await enough.CancelAsync();
        await reading;
        await agent.DisposeAsync();
        await page.SeesAsync("away", "#live-agents");
        await page.SeesAsync("down", "#s-first-db");

        await page.Find("header button").ClickAsync();
        await page.SeesAsync("There are no passwords here");
        await page.GoAsync("/keys");
        Assert.EndsWith("/login?to=%2Fkeys", page.Page.Url, StringComparison.Ordinal);
        Assert.Empty(page.TakeProblems());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PeopleAreInvitedKeysAreShownOnceAndMachinesAreLetInWithAndWithoutScript(bool script)
    {
        await using var hub = await FreshHub.StartAsync(site, script);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);

        await page.GoAsync("/members");
        await page.Find("#invitations input[name=email]").FillAsync("vera@example.org");
        await page.Find("#invitations button[value=link]").ClickAsync();
        var invitation = new Uri((await page.Find("#invitations pre").InnerTextAsync()).Trim()).PathAndQuery;
        await using (var guest = await hub.OpenAsync())
        {
            await guest.GoAsync(invitation);
            await guest.SeesAsync("vera@example.org is invited");
            await guest.Find("main button").ClickAsync();
            await guest.SeesAsync("vera@example.org", ".who");
            Assert.Empty(guest.TakeProblems());
        }

        await page.GoAsync("/members");
        await page.SeesAsync("vera@example.org", "table");

        await page.GoAsync("/keys");
        await page.Find("#name").FillAsync("backup script");
        await page.Find("input[value=agents]").CheckAsync();
        await page.Find("form[action*=create] button.primary").ClickAsync();
        var secret = (await page.Find("pre.command").InnerTextAsync()).Trim();
        Assert.StartsWith("pc_", secret, StringComparison.Ordinal);
        await page.GoAsync("/keys");
        await page.SeesAsync("backup script", "table");
        Assert.DoesNotContain(secret, await page.Page.ContentAsync(), StringComparison.Ordinal);
        var row = page.Page.Locator("tr", new() { HasText = "backup script" });
        await row.Locator("summary").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke backup script" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0, new() { Timeout = Chromium.PatienceMilliseconds });

        var agent = hub.Tunnel.Run("by-code", ["up", "--label", "by code"], key: "");
        var code = (await agent.EventAsync("approve")).GetProperty("userCode").GetString()!;
        await page.GoAsync(script ? $"/device#{code}" : "/device");
        if (script) await Assertions.Expect(page.Find("#code")).ToHaveValueAsync(code);
        else await page.Find("#code").FillAsync(code);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show who asks" }).ClickAsync();
        await page.SeesAsync("by code", "main");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Let it in" }).ClickAsync();
        await page.SeesAsync("It is let in");
        await agent.EventAsync("connected");
        await page.GoAsync("/");
        await page.SeesAsync("by code", "#live-agents");

        await page.Find("#add-agent button").First.ClickAsync();
        Assert.Matches(Token(), await page.Find("#add-agent pre").InnerTextAsync());
        await page.Find("header button").ClickAsync();
        await page.SeesAsync("There are no passwords here");
        Assert.Empty(page.TakeProblems());
    }

    [Fact]
    public async Task EverySessionIsListedOneIsEndedAndThenAll()
    {
        await using var hub = await FreshHub.StartAsync(site, userAgent: "first browser");
        await People.SetUpAsync(hub.Page, hub.Hub);
        var link = await hub.Tunnel.LoginLinkAsync(People.Owner);
        await using var other = await hub.OpenAsync(userAgent: "second browser");
        await other.GoAsync(link);
        await other.Find("main button").ClickAsync();
        await other.SeesAsync(People.Owner, ".who");

        await hub.Page.GoAsync("/account");
        await hub.Page.Page.Locator("tr", new() { HasText = "second browser" }).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(hub.Page.Page.Locator("tr", new() { HasText = "second browser" })).ToHaveCountAsync(0);
        // Its open page learns it from the hub and asks to log in.
        await other.SeesAsync("There are no passwords here");
        await hub.Page.Page.GetByRole(AriaRole.Button, new() { Name = "Log out everywhere" }).ClickAsync();
        await hub.Page.SeesAsync("There are no passwords here");
        Assert.Empty(hub.Page.TakeProblems());
        Assert.Empty(other.TakeProblems());
    }

    [GeneratedRegex("pe_[0-9a-zA-Z_-]+")]
    private static partial Regex Token();
}
