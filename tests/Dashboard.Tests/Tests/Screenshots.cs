namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>Pictures for docs/screenshots; made when asked for, by tests/Dashboard.Tests/screenshots.sh.</summary>
public sealed class Screenshots(Site site)
{
    // Long enough for a line in the charts.
    private static readonly TimeSpan s_traffic = TimeSpan.FromSeconds(75);

    private static readonly (string Name, string Path)[] s_pages =
    [
        ("overview", "/"), ("services", "/services"), ("service", "/services/prod-db"), ("agents", "/agents"), ("agent", "/agents/AGENT"),
        ("topology", "/topology"), ("members", "/members"), ("keys", "/keys"), ("account", "/account"), ("settings", "/settings"),
        ("device", "/device"), ("audit", "/audit"), ("diagnosis", "/services/prod-db/diagnostics"), ("diagnostics", "/diagnostics"),
        ("expose", "/expose?target=db.internal%3A5432&name=reports-db&agent=AGENT&protocol=postgres"),
        ("quotas", "/settings/quotas?workspace=WORKSPACE"), ("problem", "/no-such-page"),
    ];

    // Before the log-in.
    private static readonly (string Name, string Path)[] s_doors =
        [("login", "/login"), ("setup", "/setup?token=wrong"), ("invitation", "/invitation?token=wrong"), ("shared", "/shared")];

    /// <summary>Addresses that are in a picture; the last one stands for "/problem".</summary>
    internal static IEnumerable<string> Paths => [.. s_pages.Concat(s_doors).Select(page => page.Path), "/problem"];

    [Fact(Explicit = true)]
    public async Task OfEveryPageInLightAndDarkOnPhoneAndLaptop()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "docs/screenshots");
        Directory.CreateDirectory(folder);
        await using var owner = await site.OpenAsync(site.Owner);
        await using var nobody = await site.OpenAsync();
        await Task.Delay(s_traffic);
        foreach (var (name, path) in s_doors)
            await TakeAsync(nobody, folder, name, path);
        foreach (var (name, path) in s_pages)
            await TakeAsync(owner, folder, name, PageList.Path(site, path));
    }

    private static async Task TakeAsync(WatchedPage page, string folder, string name, string path)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var (width, height) in new[] { (1440, 900), (390, 844) })
            {
                await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await page.Page.SetViewportSizeAsync(width, height);
                await page.GoAsync(path);
                // With its first live parts, where it has some.
                await Assertions.Expect(page.Find("#live-state[data-state=live], main:not(:has([sse-connect]))").First).ToBeAttachedAsync();
                await page.Page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(folder, $"{name}-{scheme.ToString().ToLowerInvariant()}-{width}.png"),
                    FullPage = true,
                });
            }
        }
    }
}
