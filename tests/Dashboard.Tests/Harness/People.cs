namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>How people come in, as a browser does it.</summary>
internal static class People
{
    public const string Owner = "ada@example.org";

    /// <summary>Follows the set-up link that the hub printed and becomes the first owner.</summary>
    public static async Task SetUpAsync(WatchedPage page, HubProcess hub)
    {
        var line = await hub.Process.WaitForLineAsync(text => text.Contains("/setup?token=", StringComparison.Ordinal), "the set-up link");
        await page.GoAsync(new Uri(line.Trim()).PathAndQuery);
        await page.Find("#email").FillAsync(Owner);
        await page.Find("main button").ClickAsync();
        await page.Find(".bar .who").WaitForAsync();
    }

    /// <summary>The owner's page invites somebody, who joins in a browser of their own; that one's cookies.</summary>
    public static async Task<string> JoinAsync(Site site, WatchedPage owner, string email, string role)
    {
        await owner.GoAsync("/members");
        await owner.Find("#invitations input[name=email]").FillAsync(email);
        await owner.Find("#invitations form:has(input[name=email]) select[name=role]").SelectOptionAsync(role);
        await owner.Find("#invitations button[value=link]").ClickAsync();
        var link = new Uri((await owner.Find("#invitations pre").InnerTextAsync()).Trim()).PathAndQuery;
        await using var guest = await site.OpenAsync();
        await guest.GoAsync(link);
        await guest.Find("main button").ClickAsync();
        await guest.Find(".bar .who").WaitForAsync();
        return await guest.StateAsync();
    }
}
