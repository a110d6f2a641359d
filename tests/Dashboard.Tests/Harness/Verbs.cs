using System.Globalization;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>Verbs at the hub's terminal.</summary>
internal static class Verbs
{
    /// <summary>A link that logs somebody in, as a path of the dashboard.</summary>
    public static async Task<string> LoginLinkAsync(this Tunnel tunnel, string email)
    {
        var environment = new Dictionary<string, string>
        {
            ["DATA_DIR"] = tunnel.Hub.DataFolder,
            ["WEB_PORT"] = tunnel.Hub.WebPort.ToString(CultureInfo.InvariantCulture),
        };
        await using var verb = ChildProcess.Start(
            "login-link", Path.Combine(RepositoryRoot.Path, "run.sh"), ["--no-build", "login-link", email], environment, RepositoryRoot.Path);
        var line = await verb.WaitForLineAsync(text => text.Contains("/login?token=", StringComparison.Ordinal), "the log-in link");
        return new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..].Trim()).PathAndQuery;
    }
}
