using System.Net;
using System.Net.Security;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.Retention;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub;

/// <summary>What the hub was told by its environment; immutable and checked once, by <see cref="HubEnvironment"/>.</summary>
public sealed record HubOptions
{
    /// <summary>PORT: API and agents.</summary>
    public int Port { get; init; } = 3001;

    /// <summary>BIND: any IPv6 address means IPv4 too.</summary>
    public IPAddress Bind { get; init; } = IPAddress.IPv6Any;

    /// <summary>WEB_PORT: dashboard.</summary>
    public int WebPort { get; init; } = 3000;

    /// <summary>WEB_BIND.</summary>
    public IPAddress WebBind { get; init; } = IPAddress.IPv6Any;

    /// <summary>TUNNEL_PORTS, lowest.</summary>
    public int FirstTunnelPort { get; init; } = 23000;

    /// <summary>TUNNEL_PORTS, highest.</summary>
    public int LastTunnelPort { get; init; } = 23100;

    /// <summary>TUNNEL_BIND: publishing to the network is a choice.</summary>
    public IPAddress TunnelBind { get; init; } = IPAddress.Loopback;

    /// <summary>DATABASE_URL; null for SQLite in the data folder.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>DATA_DIR, absolute.</summary>
    public string DataDir { get; init; } = Path.GetFullPath("data");

    /// <summary>APP_URL without a slash at its end: for links in mails and on the terminal, never for redirects.</summary>
    public string AppUrl { get; init; } = "http://localhost:3000";

    /// <summary>TRUSTED_PROXIES.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>TLS_CERT; null for the hub's own certificate.</summary>
    public string? TlsCert { get; init; }

    /// <summary>TLS_KEY; set exactly when <see cref="TlsCert"/> is.</summary>
    public string? TlsKey { get; init; }

    /// <summary>TLS_CIPHERS: the suite of TLS 1.3 that is taken first; null for the cheapest on this processor.</summary>
    public TlsCipherSuite? FirstCipher { get; init; }

    /// <summary>DRAIN_SECONDS: how long live streams may go on after SIGTERM.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>HUB_MEMORY; null for no promise.</summary>
    public MemoryPromise? Memory { get; init; }

    /// <summary>The promise in bytes.</summary>
    public long? MemoryBytes => Memory?.Bytes;

    /// <summary>RETAIN_…_DAYS.</summary>
    public RetentionPeriods Retention { get; init; } = new();

    /// <summary>BOOTSTRAP_API_KEY.</summary>
    public string? BootstrapApiKey { get; init; }

    /// <summary>RESEND_API_KEY, SMTP_URL, EMAIL_FROM; null: no mail.</summary>
    public MailOptions? Mail { get; init; }

    /// <summary>OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET; null: no OpenID provider.</summary>
    public OpenIdOptions? OpenId { get; init; }

    /// <summary>ASPNETCORE_ENVIRONMENT or NODE_ENV is development.</summary>
    public bool Development { get; init; }
}
