namespace PrivateConnect.Web.Pages;

/// <summary>The pages that the bar links to, in its order. A new page gets its line here.</summary>
internal static class Navigation
{
    public static IReadOnlyList<(string Path, string Name)> Pages { get; } =
    [
        ("/", "Overview"),
        ("/services", "Services"),
        ("/agents", "Agents"),
        ("/topology", "Topology"),
        ("/diagnostics", "Diagnostics"),
        ("/members", "Members"),
        ("/keys", "API keys"),
        ("/audit", "Audit"),
        ("/settings", "Settings"),
    ];

    /// <summary>Whether a page is the linked one or lies below it.</summary>
    public static bool IsHere(string path, PathString at) =>
        path == "/" ? at == "/" || !at.HasValue : at.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase);
}
