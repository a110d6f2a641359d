namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>Agents while somebody looks: they come, are renamed, are revoked, and every open page shows it.</summary>
public sealed class LiveListTests(Site site)
{
    [Fact]
    public async Task AgentComesIsRenamedAndRevokedWhileTheListAndItsPageAreOpen()
    {
        await using var hub = await FreshHub.StartAsync(site);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        await using var list = await hub.OpenAsync(await page.StateAsync());
        await list.GoAsync("/agents");
        await list.SeesAsync("No agent yet");
        await using var picture = await hub.OpenAsync(await page.StateAsync());
        await picture.GoAsync("/topology");
        await picture.SeesAsync("Only the hub so far");

        var agent = hub.Tunnel.Run("box", ["expose", $"127.0.0.1:{FreePorts.One()}", "--name", "db", "--label", "box"]);
        await agent.EventAsync("exposed");
        await list.SeesAsync("● up", "table");
        await picture.SeesAsync("db", "svg.topology");

        await page.GoAsync("/agents");
        await page.Find("table a:has-text('box')").ClickAsync();
        await page.SeesAsync("connected", "#live-facts");
        await page.SeesAsync("db", "#live-exposes");
        await page.Find("#label").FillAsync("renamed box");
        await page.Find("#tags").FillAsync("ci eu");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.SeesAsync("saved", ".toast");
        await list.SeesAsync("renamed box", "table");
        await list.SeesAsync("ci eu", "table");

        // The wrong name does nothing and says so; the right one cuts the agent off.
        await RevokeAsync(page, "box");
        await page.SeesAsync("Nothing was done", ".problem");
        await RevokeAsync(page, "renamed box");
        await page.SeesAsync("renamed box is revoked", ".toast");
        await list.SeesAsync("No agent yet");
        await picture.SeesAsync("Only the hub so far");
        Assert.NotEqual(0, await agent.Process.WaitForExitAsync());
        foreach (var one in new[] { page, list, picture })
            Assert.Empty(one.TakeProblems());
    }

    private static async Task RevokeAsync(WatchedPage page, string name)
    {
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke agent…" }).ClickAsync();
        await page.Find("#revoke input[name=confirm]").FillAsync(name);
        await page.Find("#revoke button.danger").ClickAsync();
    }
}
