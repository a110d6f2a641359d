namespace PrivateConnect.Web.Live;

/// <summary>A browser and its system, as people call them, from what it says of itself.</summary>
internal static class BrowserName
{
    // The rest of what says nothing known.
    private const int Longest = 80;

    // In this order: most browsers also claim to be those that come later.
    private static readonly (string Mark, string Name)[] s_browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];

    private static readonly (string Mark, string Name)[] s_systems =
    [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];

    /// <summary>Such as "Firefox 150 on Linux"; what is unknown stays as it is, cut.</summary>
    public static string Of(string userAgent)
    {
        if (userAgent.Length == 0)
            return "unknown";
        var (mark, name) = Array.Find(s_browsers, known => userAgent.Contains(known.Mark, StringComparison.Ordinal));
        if (name is null || (name == "Safari" && !userAgent.Contains("Safari/", StringComparison.Ordinal)))
            return userAgent.Length <= Longest ? userAgent : $"{userAgent[..Longest]}…";
        var version = userAgent[(userAgent.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..];
        var digits = new string([.. version.TakeWhile(char.IsAsciiDigit)]);
        var system = Array.Find(s_systems, known => userAgent.Contains(known.Mark, StringComparison.Ordinal)).Name;
        return $"{name} {digits}".TrimEnd() + (system is null ? "" : $" on {system}");
    }
}
