namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>One browser for a run: the system's Chromium, driven by Playwright; nothing is downloaded.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>For one wait of the browser, on a loaded two-core machine; a condition that holds ends the wait at once.</summary>
    public const float PatienceMilliseconds = 30_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } given ? given : "/usr/bin/chromium";
        if (!File.Exists(path))
            throw new InvalidOperationException(
                $"There is no {path}: these tests drive the system's Chromium. Install the package chromium or set CHROMIUM_PATH.");
        // Else five seconds, which a loaded machine takes for a page.
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // Root in a container has neither a sandbox nor much shared memory.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        }));
    }

    /// <summary>A page in a profile of its own, with the cookies of <paramref name="state"/>.</summary>
    public async Task<WatchedPage> OpenAsync(string origin, string? state = null, bool script = true, string? userAgent = null)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin,
            StorageState = state,
            JavaScriptEnabled = script,
            UserAgent = userAgent,
            TimezoneId = "Europe/Berlin",
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        return await WatchedPage.CreateAsync(context, origin, script);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
