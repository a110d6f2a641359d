namespace PrivateConnect.Hub.Agents;

/// <summary>Lists of which nothing changed are kept: who compares two samples sees it at one look.</summary>
internal static class Unchanged
{
    /// <summary>The list before where it holds the very same, else a copy of the new one.</summary>
    public static IReadOnlyList<T> Or<T>(IReadOnlyList<T> before, List<T> now)
        where T : class
    {
        if (before.Count != now.Count)
            return [.. now];
        for (var i = 0; i < now.Count; i++)
        {
            if (!ReferenceEquals(before[i], now[i]))
                return [.. now];
        }

        return before;
    }
}
