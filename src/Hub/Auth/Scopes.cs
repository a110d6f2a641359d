namespace PrivateConnect.Hub.Auth;

/// <summary>What an API key may do; stored as words separated by a space.</summary>
public static class Scopes
{
    /// <summary>Enrol, list and revoke agents.</summary>
    public const string Agents = "agents";

    /// <summary>List and delete services.</summary>
    public const string Services = "services";

    /// <summary>Read /metrics.</summary>
    public const string Metrics = "metrics";

    public static IReadOnlyList<string> All { get; } = [Agents, Services, Metrics];

    internal static string Write(IEnumerable<string> scopes)
    {
        var wanted = scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var unknown = wanted.Find(scope => !All.Contains(scope, StringComparer.Ordinal));
        if (unknown is not null)
            throw new ArgumentException(
                $"There is no scope {unknown}; there are {string.Join(" and ", All)}.", nameof(scopes));
        return string.Join(' ', wanted);
    }

    internal static IReadOnlyList<string> Read(string stored) =>
        stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
