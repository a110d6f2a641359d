using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>A hub for one test that changes what others would look at, with its owner's page.</summary>
internal sealed class FreshHub : IAsyncDisposable
{
    private readonly Site _site;

    private FreshHub(Site site) => _site = site;

    public Tunnel Tunnel { get; } = new();

    public HubProcess Hub => Tunnel.Hub;

    public WatchedPage Page { get; private set; } = null!;

    private string Origin => $"http://localhost:{Hub.WebPort}";

    public static async Task<FreshHub> StartAsync(Site site, bool script = true, string? userAgent = null)
    {
        var fresh = new FreshHub(site);
        await fresh.Tunnel.StartHubAsync();
        fresh.Page = await site.Browser.OpenAsync(fresh.Origin, script: script, userAgent: userAgent);
        return fresh;
    }

    /// <summary>A page of somebody else, or of the same person with <paramref name="state"/>.</summary>
    public Task<WatchedPage> OpenAsync(string? state = null, string? userAgent = null) =>
        _site.Browser.OpenAsync(Origin, state, userAgent: userAgent);

    public async ValueTask DisposeAsync()
    {
        if (Page is not null) await Page.DisposeAsync();
        await Tunnel.DisposeAsync();
    }
}
