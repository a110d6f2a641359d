using System.Text.RegularExpressions;

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

/// <summary>The pages that every test of pages visits. A new page is added here and has all of them; without, <see cref="EveryPageTests"/> fails.</summary>
internal static partial class PageList
{
    /// <summary>In an address: the id of the agent that exposes most.</summary>
    private const string Agent = "AGENT";

    public static string Path(Site site, string path) => path
        .Replace(Agent, site.AgentId, StringComparison.Ordinal).Replace("WORKSPACE", site.WorkspaceId, StringComparison.Ordinal);

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
        { "/expose", Eyes.Owner },
        { "/expose", Eyes.Viewer },
        { $"/expose?target=db.internal%3A5432&name=new-db&agent={Agent}", Eyes.Owner },
        { "/expose?target=%24(id)%3A80&name=Bad&agent=new&port=1", Eyes.Owner },
        { "/agents", Eyes.Owner },
        { "/agents?state=away", Eyes.Viewer },
        { $"/agents/{Agent}", Eyes.Owner },
        { $"/agents/{Agent}", Eyes.Viewer },
        { "/topology", Eyes.Owner },
        { "/settings", Eyes.Owner },
        { "/settings", Eyes.Viewer },
        { "/settings/quotas", Eyes.Owner },
        { "/settings/quotas?workspace=WORKSPACE", Eyes.Owner },
        { "/settings/quotas", Eyes.Viewer },
        { "/services/prod-db/diagnostics", Eyes.Owner },
        { "/services/prod-db/diagnostics", Eyes.Viewer },
        { "/services/none", Eyes.Owner },
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
        { "/problem", Eyes.Nobody },
    };

    /// <summary>The address of each page that the program has, as its source declares it.</summary>
    public static IReadOnlyList<string> Routes { get; } =
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(RepositoryRoot.Path, "src/Web/Pages"), "*.cshtml")
            .Select(file => (Name: System.IO.Path.GetFileNameWithoutExtension(file), Page: Declared().Match(File.ReadLines(file).First())))
            .Where(file => file.Page.Success)
            .Select(file => file.Page.Groups[1] is { Length: > 0 } route ? route.Value : file.Name == "Index" ? "/" : $"/{file.Name}"),
    ];

    /// <summary>Whether an address is one of a page's.</summary>
    public static bool IsOf(string route, string path) => Regex.IsMatch(
        path.Split('?')[0], $"^{Regex.Replace(route, "{[^}]+}", "[^/]+")}$", RegexOptions.IgnoreCase);

    [GeneratedRegex("""^@page(?: "([^"]+)")?\s*$""")]
    private static partial Regex Declared();

    public static string? State(Site site, Eyes eyes) => eyes switch
    {
        Eyes.Owner => site.Owner,
        Eyes.Viewer => site.Viewer,
        _ => null,
    };
}
