using System.Net;

namespace PrivateConnect.Agent;

/// <summary>Where a hub is: scheme, host and port, checked once.</summary>
internal sealed record HubAddress(string Host, int Port, bool Tls)
{
    public const string Variable = "CONNECT_HUB_URL";
    public const string Default = "https://localhost:3001";

    public static HubAddress Parse(string text, string from)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
            throw Wrong(text, from, "give https://HOST:PORT, for example https://hub.example.org:3001");
        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 || url.AbsolutePath != "/")
            throw Wrong(text, from, "give https://HOST:PORT alone, without user, path or query");
        var hub = new HubAddress(url.IdnHost.Trim('[', ']'), url.Port, url.Scheme == "https");
        if (!hub.Tls && !hub.IsLoopback)
            throw Wrong(text, from, "http:// is for this machine only (localhost, 127.0.0.1, [::1]); give https://");
        return hub;
    }

    /// <summary>Whether the hub is this machine by its very name, without asking DNS.</summary>
    public bool IsLoopback =>
        Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>host:port, with brackets where the host is an IPv6 literal.</summary>
    public string Authority => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    public override string ToString() => (Tls ? "https://" : "http://") + Authority;

    private static AgentFailure Wrong(string text, string from, string rule) => new(ExitCode.Usage, $"{from} '{text}': {rule}");
}
