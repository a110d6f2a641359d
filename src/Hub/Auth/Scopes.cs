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

    /// <summary>The workspace itself: its name, members and invitations.</summary>
    public const string Members = "members";

    /// <summary>API keys of the workspace and one's own.</summary>
    public const string Keys = "keys";

    /// <summary>The person of a personal key: workspaces and log-in sessions.</summary>
    public const string Account = "account";

    /// <summary>Set the quotas of every workspace; of use in the hub's first workspace only.</summary>
    public const string Hub = "hub";

    /// <summary>Read the audit log.</summary>
    public const string Audit = "audit";

    public static IReadOnlyList<string> All { get; } = [Agents, Services, Members, Keys, Account, Audit, Metrics, Hub];

    /// <summary>What a scope allows, for people who choose it.</summary>
    public static string Means(string scope) => scope switch
    {
        Agents => "enrol, list, change and revoke agents",
        Services => "services, their rights, streams and diagnostics",
        Members => "members, invitations, the workspace's name",
        Keys => "API keys: list, make, revoke",
        Account => "your workspaces and log-in sessions",
        Audit => "read the audit log",
        Metrics => "read /metrics",
        Hub => "quotas of every workspace",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "There is no such scope."),
    };

    /// <summary>What the key of an empty hub and BOOTSTRAP_API_KEY may do.</summary>
    public static IReadOnlyList<string> Bootstrap { get; } = [Agents, Metrics, Services];

    internal static string Write(IEnumerable<string> scopes)
    {
        var wanted = scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var unknown = wanted.Find(scope => !All.Contains(scope, StringComparer.Ordinal));
        if (unknown is not null)
            throw new ArgumentException(
                $"There is no scope {unknown}; there are {string.Join(", ", All)}.", nameof(scopes));
        return string.Join(' ', wanted);
    }

    internal static IReadOnlyList<string> Read(string stored) =>
        stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
