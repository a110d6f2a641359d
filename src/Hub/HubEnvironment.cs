using System.Globalization;
using System.Net;
using System.Net.Security;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.Retention;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub;

/// <summary>Reads <see cref="HubOptions"/> from variables. Collects every fault, each with the variable and the allowed form.</summary>
public sealed class HubEnvironment
{
    private readonly Func<string, string?> _variable;
    private readonly List<string> _faults = [];

    private HubEnvironment(Func<string, string?> variable) => _variable = variable;

    /// <summary>Reads and checks. An empty variable counts as unset.</summary>
    /// <exception cref="HubStartException">Something has no allowed value; one line per fault.</exception>
    public static HubOptions Read(Func<string, string?> variable)
    {
        var environment = new HubEnvironment(variable);
        var options = environment.ReadAll();
        if (environment._faults.Count > 0)
            throw new HubStartException(ExitCodes.Usage, string.Join('\n', environment._faults));
        return options;
    }

    private HubOptions ReadAll()
    {
        var (first, last) = Range("TUNNEL_PORTS", 23000, 23100);
        var webPort = Number("WEB_PORT", 3000, 1, 65535, "a port between 1 and 65535");
        var port = Number("PORT", 3001, 1, 65535, "a port between 1 and 65535");
        if (port == webPort)
            _faults.Add($"PORT and WEB_PORT are both {port}: the API and the dashboard need a port each");
        foreach (var (name, value) in new[] { ("PORT", port), ("WEB_PORT", webPort) })
            if (value >= first && value <= last)
                _faults.Add($"{name}={value} lies inside TUNNEL_PORTS {first}-{last}: move one of them");
        var appUrl = Url("APP_URL", $"http://localhost:{webPort}");
        var (cert, key) = (Text("TLS_CERT"), Text("TLS_KEY"));
        if (cert is null != key is null)
            _faults.Add("TLS_CERT and TLS_KEY belong together: set both to PEM files, or none for the hub's own certificate");
        return new HubOptions
        {
            Port = port,
            WebPort = webPort,
            Bind = Address("BIND", IPAddress.IPv6Any),
            WebBind = Address("WEB_BIND", IPAddress.IPv6Any),
            FirstTunnelPort = first,
            LastTunnelPort = last,
            TunnelBind = Address("TUNNEL_BIND", IPAddress.Loopback),
            DatabaseUrl = DatabaseUrl(),
            DataDir = Path.GetFullPath(Text("DATA_DIR") ?? "data"),
            AppUrl = appUrl,
            TrustedProxies = Networks("TRUSTED_PROXIES"),
            TlsCert = cert,
            TlsKey = key,
            FirstCipher = Cipher("TLS_CIPHERS"),
            Drain = TimeSpan.FromSeconds(Number("DRAIN_SECONDS", 30, 0, 3600, "whole seconds between 0 and 3600")),
            Memory = Memory(),
            Retention = Retention(new RetentionPeriods()),
            BootstrapApiKey = BootstrapKey(),
            Mail = MailFrom(appUrl),
            OpenId = OpenId(),
            Development = string.Equals(
                Text("ASPNETCORE_ENVIRONMENT") ?? Text("NODE_ENV"), "development", StringComparison.OrdinalIgnoreCase),
        };
    }

    private RetentionPeriods Retention(RetentionPeriods otherwise) => new()
    {
        Audit = Days("RETAIN_AUDIT_DAYS", otherwise.Audit),
        Tunnels = Days("RETAIN_TUNNELS_DAYS", otherwise.Tunnels),
        Diagnostics = Days("RETAIN_DIAGNOSTICS_DAYS", otherwise.Diagnostics),
        Spent = Days("RETAIN_SPENT_DAYS", otherwise.Spent),
    };

    private TimeSpan Days(string name, TimeSpan otherwise) => TimeSpan.FromDays(Number(
        name, (int)otherwise.TotalDays, 0, 36_500, "whole days between 0 (keep for ever) and 36500"));

    private string? Text(string name) => _variable(name) is { } value && value.Trim() is { Length: > 0 } text ? text : null;

    private void Fault(string name, string value, string allowed) => _faults.Add($"{name}='{value}' is not {allowed}");

    private int Number(string name, int otherwise, int least, int most, string allowed)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Fault(name, text, allowed);
        return otherwise;
    }

    private (int First, int Last) Range(string name, int first, int last)
    {
        if (Text(name) is not { } text)
            return (first, last);
        var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
        if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var low) &&
            int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var high) &&
            low is >= 1 and <= 65535 && high is >= 1 and <= 65535 && low <= high)
            return (low, high);
        Fault(name, text, "a port or a range of ports from low to high, for example 23000-23100");
        return (first, last);
    }

    private TlsCipherSuite? Cipher(string name)
    {
        switch (Text(name)?.ToLowerInvariant())
        {
            case null:
                return null;
            case "aes-128-gcm":
                return TlsCipherSuite.TLS_AES_128_GCM_SHA256;
            case "aes-256-gcm":
                return TlsCipherSuite.TLS_AES_256_GCM_SHA384;
            case "chacha20":
                return TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256;
            default:
                Fault(name, Text(name)!, "aes-128-gcm, aes-256-gcm or chacha20");
                return null;
        }
    }

    private IPAddress Address(string name, IPAddress otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address))
            return address;
        Fault(name, text, "an IP address, for example 127.0.0.1, 0.0.0.0 or ::");
        return otherwise;
    }

    private List<IPNetwork> Networks(string name)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in (Text(name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var single))
                networks.Add(new IPNetwork(single, single.GetAddressBytes().Length * 8));
            else
                Fault(name, part, "an address or network, for example 10.0.0.5 or 10.0.0.0/24 (several with commas)");
        }

        return networks;
    }

    private string Url(string name, string otherwise)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0)
            return text.TrimEnd('/');
        Fault(name, text, "an address such as https://connect.example.org");
        return otherwise;
    }

    private string? DatabaseUrl()
    {
        if (Text("DATABASE_URL") is not { } text)
            return null;
        if (text is "sqlite" or "sqlite:")
            return null;
        // The value may hold a password: it is not repeated. The rest of it is judged where it is parsed.
        if (!text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
            && !text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase))
            _faults.Add("DATABASE_URL is neither 'sqlite' nor an address such as postgresql://user:password@host:5432/database");
        return text;
    }

    // Secrets in these are not repeated in a fault.
    private MailOptions? MailFrom(string appUrl)
    {
        var (resend, url) = (Text("RESEND_API_KEY"), Text("SMTP_URL"));
        var from = Text("EMAIL_FROM");
        if (from is not null && !MailOptions.IsSender(from))
            Fault("EMAIL_FROM", from, "a sender such as hub@example.org or PrivateConnect <hub@example.org>");
        var smtp = url is null ? null : SmtpAddress.Parse(url);
        if (url is not null && smtp is null)
            _faults.Add($"SMTP_URL is not {SmtpAddress.Allowed} (special characters in it percent-encoded)");
        if (resend is null && smtp is null)
            return null;
        if (resend is not null && from is null)
            _faults.Add("RESEND_API_KEY needs EMAIL_FROM: a sender whose domain is verified at Resend");
        return new MailOptions(from ?? $"PrivateConnect <noreply@{new Uri(appUrl).IdnHost}>", resend, smtp);
    }

    private OpenIdOptions? OpenId()
    {
        var (issuer, id, secret) = (Text("OIDC_ISSUER"), Text("OIDC_CLIENT_ID"), Text("OIDC_CLIENT_SECRET"));
        if (issuer is null && id is null && secret is null)
            return null;
        if (issuer is null || id is null || secret is null)
        {
            _faults.Add("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three, or none");
            return null;
        }

        // Who answers for the issuer says who is who: plain HTTP only where nobody is between.
        if (Uri.TryCreate(issuer, UriKind.Absolute, out var url) && url.Query.Length == 0
            && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
            return new OpenIdOptions(url, id, secret);
        Fault("OIDC_ISSUER", issuer, "an address such as https://login.example.org (http:// on this machine only)");
        return null;
    }

    private MemoryPromise? Memory()
    {
        if (Text("HUB_MEMORY") is not { } text)
            return null;
        var promise = HubMemory.Read(text, out var fault);
        if (fault is not null)
            Fault("HUB_MEMORY", text, fault);
        return promise;
    }

    private string? BootstrapKey()
    {
        if (Text("BOOTSTRAP_API_KEY") is not { } key)
            return null;
        if (key.Length != 51 || !key.StartsWith("pc_", StringComparison.Ordinal) || !key.AsSpan(3).ContainsOnlyHex())
            _faults.Add("A BOOTSTRAP_API_KEY is pc_ and 48 hexadecimal digits");
        return key;
    }
}

file static class Hex
{
    public static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiHexDigit(c))
                return false;
        return true;
    }
}
