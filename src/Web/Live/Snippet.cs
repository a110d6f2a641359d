using System.Globalization;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Live;

/// <summary>How to use a service with the usual clients, the likeliest first: guessed by the target's port and the name.</summary>
public sealed record Snippet(string Client, string Text)
{
    /// <summary>For a service at a host and port.</summary>
    public static IReadOnlyList<Snippet> For(ServiceRecord service, string host, int port)
    {
        ArgumentNullException.ThrowIfNull(service);
        var prefix = service.Name.Replace('-', '_').ToUpperInvariant();
        var at = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        Snippet[] all =
        [
            new("psql", $"psql -h {host} -p {port} -U USER DATABASE"),
            new("redis-cli", $"redis-cli -h {host} -p {port}"),
            new("curl", $"curl http://{at}/"),
            new("ssh", $"ssh -p {port} USER@{host}"),
            new(".env", $"{prefix}_HOST={host}\n{prefix}_PORT={port}"),
        ];
        var likely = Guess(service);
        return [.. all.OrderBy(snippet => snippet.Client != likely)];
    }

    /// <summary>The port that the target has on its own machine: where <c>reach</c> puts it too.</summary>
    public static int TargetPort(ServiceRecord service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return int.TryParse(service.Target[(service.Target.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port : 0;
    }

    private static string Guess(ServiceRecord service) => TargetPort(service) switch
    {
        5432 => "psql",
        6379 => "redis-cli",
        22 => "ssh",
        80 or 443 or 3000 or 8000 or 8080 or 8443 => "curl",
        _ => Named(service.Name, "postgres", "pg", "db", "sql") ? "psql"
            : Named(service.Name, "redis", "cache") ? "redis-cli"
            : Named(service.Name, "ssh") ? "ssh"
            : Named(service.Name, "api", "web", "http") ? "curl"
            : ".env",
    };

    private static bool Named(string name, params string[] words) =>
        name.Split('-').Any(part => words.Contains(part, StringComparer.Ordinal));
}
