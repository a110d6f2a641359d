namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>Who looks at a page.</summary>
public enum Eyes
{
    /// <summary>Nobody is logged in.</summary>
    Nobody,

    /// <summary>Sees every act.</summary>
    Owner,

    /// <summary>Only looks.</summary>
    Viewer,
}

/// <summary>The pages that every test of pages visits. A new page is added here and has all of them.</summary>
internal static class PageList
{
    /// <summary>In an address: the id of the agent that exposes most.</summary>
    private const string Agent = "AGENT";

    public static string Path(Site site, string path) => path.Replace(Agent, site.AgentId, StringComparison.Ordinal);

    public static TheoryData<string, Eyes> All => new()
    {
        { "/login", Eyes.Nobody },
        { "/login?token=wrong", Eyes.Nobody },
        { "/setup?token=wrong", Eyes.Nobody },
        { "/invitation?token=wrong", Eyes.Nobody },
        { "/", Eyes.Owner },
        { "/", Eyes.Viewer },
        { "/services", Eyes.Owner },
        { "/services?q=nothing-like-it", Eyes.Owner },
        { "/services/prod-db", Eyes.Owner },
        { "/services/prod-db", Eyes.Viewer },
        { "/agents", Eyes.Owner },
        { "/agents?state=away", Eyes.Viewer },
        { $"/agents/{Agent}", Eyes.Owner },
        { $"/agents/{Agent}", Eyes.Viewer },
        { "/topology", Eyes.Owner },
        { "/settings", Eyes.Owner },
        { "/settings", Eyes.Viewer },
        { "/services/prod-db/diagnostics", Eyes.Owner },
        { "/diagnostics", Eyes.Owner },
        { "/diagnostics", Eyes.Viewer },
        { "/shared", Eyes.Nobody },
        { "/audit", Eyes.Owner },
        { "/members", Eyes.Owner },
        { "/members", Eyes.Viewer },
        { "/keys", Eyes.Owner },
        { "/account", Eyes.Owner },
        { "/device", Eyes.Owner },
        { "/device", Eyes.Viewer },
        { "/no-such-page", Eyes.Owner },
    };

    public static string? State(Site site, Eyes eyes) => eyes switch
    {
        Eyes.Owner => site.Owner,
        Eyes.Viewer => site.Viewer,
        _ => null,
    };
}
