using System.Collections.Concurrent;

namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>A page with a trap around it: what a sound page never does is kept and fails the test that asks.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    // Told by the page itself, before any script of its own runs.
    private const string Trap =
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));";

    // A page goes somewhere by itself once or twice in a row, never for ever.
    private const int MostTries = 4;

    private readonly ConcurrentQueue<string> _problems = new();
    private readonly IBrowserContext _context;

    private WatchedPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    public static async Task<WatchedPage> CreateAsync(IBrowserContext context, string origin, bool script)
    {
        if (script) await context.AddInitScriptAsync(Trap);
        var watched = new WatchedPage(context, await context.NewPageAsync());
        watched.Page.Console += (_, message) =>
        {
            // A page that is refused says so by its status; the browser calls that an error of loading.
            if (message.Type is "error" or "warning"
                && !message.Text.StartsWith("Failed to load resource: the server responded", StringComparison.Ordinal))
                watched._problems.Enqueue($"console {message.Type}: {message.Text}");
        };
        watched.Page.PageError += (_, error) => watched._problems.Enqueue($"script: {error}");
        watched.Page.Crash += (_, _) => watched._problems.Enqueue("the page crashed");
        watched.Page.Dialog += (_, dialog) =>
        {
            watched._problems.Enqueue($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        context.Page += (_, page) =>
        {
            if (page != watched.Page) watched._problems.Enqueue($"window: {page.Url}");
        };
        context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(origin + "/", StringComparison.Ordinal))
                watched._problems.Enqueue($"request to elsewhere: {request.Url}");
        };
        return watched;
    }

    /// <summary>
    /// Opens an address. A page may be on its way to another one at that moment, by a form that its script sends or by what the hub
    /// told it: the address is typed again then, as somebody would.
    /// </summary>
    public async Task<IResponse> GoAsync(string path)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await Page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded })
                    ?? throw new InvalidOperationException($"{path} gave no answer.");
            }
            catch (PlaywrightException error) when (tries < MostTries && error.Message.Contains("interrupted by another navigation", StringComparison.Ordinal))
            {
                // Typed again at once, the address would only meet its own first try.
                await Page.WaitForLoadStateAsync(LoadState.Load);
            }
        }
    }

    /// <summary>Does what leads to another document, and waits until that one is there whole.</summary>
    public async Task LeaveAsync(Func<Task> act)
    {
        await Page.EvaluateAsync("() => { window.isLeft = true; }");
        await act();
        await Page.WaitForFunctionAsync("() => !window.isLeft && document.readyState === 'complete'");
    }

    public ILocator Find(string selector) => Page.Locator(selector);

    public Task SeesAsync(string text, string within = "body") =>
        Assertions.Expect(Page.Locator(within)).ToContainTextAsync(text, new() { Timeout = Chromium.PatienceMilliseconds });

    /// <summary>The cookies, for other pages of the same person.</summary>
    public Task<string> StateAsync() => _context.StorageStateAsync();

    /// <summary>What the trap caught since the last question.</summary>
    public IReadOnlyList<string> TakeProblems()
    {
        var problems = new List<string>();
        while (_problems.TryDequeue(out var problem)) problems.Add($"{Page.Url} {problem}");
        return problems;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
