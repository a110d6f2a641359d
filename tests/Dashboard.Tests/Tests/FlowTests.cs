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
        await page.SeesAsync("The machine is let in");
        Assert.Equal("/", new Uri(page.Page.Url).AbsolutePath);
        await agent.EventAsync("connected");
        await page.GoAsync("/");
        await page.SeesAsync("by code", "#live-agents");

        await page.Find("#add-agent button").First.ClickAsync();
        Assert.Matches(Token(), await page.Find("#add-agent pre").InnerTextAsync());
        await page.Find("header button").ClickAsync();
        await page.SeesAsync("There are no passwords here");
        Assert.Empty(page.TakeProblems());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TargetIsAddedByTheCommandThatThePageMakesWithAndWithoutScript(bool script)
    {
        await using var hub = await FreshHub.StartAsync(site, script);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        await using var target = new EchoTarget((byte)'S');
        await page.GoAsync("/services");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Add a service" }).ClickAsync();
        await page.Find("#target").FillAsync($"127.0.0.1:{target.Port}");
        await page.Find("#name").FillAsync("Orders");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the command" }).ClickAsync();
        await page.SeesAsync("'Orders' is not a service name", "#name-note");
        await page.Find("#name").FillAsync("orders");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the command" }).ClickAsync();
        await page.SeesAsync("A new agent exposes it");
        await page.Find("form[method=post] button.primary").ClickAsync();
        var command = await page.Find("#expose-command").InnerTextAsync();
        await page.SeesAsync("For orders to be exposed");

        // Run as it stands there: the words after the program's name, the key in the environment.
        var words = command.Trim().Split(' ');
        Assert.Equal(["./connect", "expose"], words[1..3]);
        var hubAt = Array.IndexOf(words, "--hub");
        Assert.Equal(["--hub", $"https://localhost:{hub.Hub.Port}", "--pin", hub.Hub.Pin], words[hubAt..]);
        await using var agent = hub.Tunnel.Run("orders-box", [.. words[2..hubAt], "--label", "orders box"], key: Token().Match(words[0]).Value);
        await agent.PortFromEventAsync("exposed");
        if (script)
            await page.SeesAsync("✓ exposed", "#live-wait");
        else
            await Until.TrueAsync(
                async () =>
                {
                    await page.GoAsync($"/expose?target=127.0.0.1%3A{target.Port}&name=orders&agent=new");
                    return (await page.Find("main").InnerTextAsync()).Contains("✓ exposed", StringComparison.Ordinal);
                },
                "the service, on a page that is loaded again");
        await page.Find("#live-wait a[href$='/diagnostics']").ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Diagnose", Exact = true }).ClickAsync();
        await page.SeesAsync("✓ works");
        await page.GoAsync("/services");
        await page.SeesAsync("✓ works", "#s-orders");
        // The agent told of itself since it came.
        await page.GoAsync("/agents");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "orders box" }).ClickAsync();
        await page.SeesAsync("MiB resident, as the agent tells");
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

    [Fact]
    public async Task AnotherLinkInTheSameWindowIsOpenedAndASecondClickSendsNothing()
    {
        await using var page = await site.OpenAsync(site.Owner);
        await page.GoAsync("/device#ABCD-EFGH");
        await Assertions.Expect(page.Find("#code")).ToHaveValueAsync("ABCD-EFGH");
        // Only what stands behind "#" changes: the browser loads nothing by itself.
        await page.Page.EvaluateAsync("() => { location.hash = '#JKLM-NPQR'; }");
        await Assertions.Expect(page.Find("#code")).ToHaveValueAsync("JKLM-NPQR");

        // Each link's code is sent by the page's script, whose answer is a document of its own.
        await page.GoAsync("/shared#pd_first");
        await page.SeesAsync("This code opens nothing");
        await page.Page.RunAndWaitForRequestAsync(
            () => page.LeaveAsync(() => page.Page.EvaluateAsync("() => { location.hash = '#pd_second'; }")),
            request => request.Method == "POST" && request.PostData?.Contains("pd_second", StringComparison.Ordinal) == true);
        await page.SeesAsync("This code opens nothing");

        await page.GoAsync("/keys");
        var sent = await page.Page.EvaluateAsync<bool[]>(
            """
            () => {
              const form = document.querySelector("form[action*=create]");
              const click = () => form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
              return [click(), click()];
            }
            """);
        Assert.Equal([true, false], sent);
        Assert.Empty(page.TakeProblems());
    }

    [GeneratedRegex("pe_[0-9a-zA-Z_-]+")]
    private static partial Regex Token();
}
