using System.Text.Json.Serialization;

namespace PrivateConnect.Relay.Checks;

/// <summary>What an agent knows or was told of the protocol that a service speaks.</summary>
public enum ServiceProtocol
{
    /// <summary>Nothing more than TCP: it is connected to and not spoken to.</summary>
    [JsonStringEnumMemberName("tcp")] Tcp = 0,

    /// <summary>PostgreSQL: asked for TLS in its own way (SSLRequest).</summary>
    [JsonStringEnumMemberName("postgres")] Postgres = 1,

    /// <summary>TLS from the first byte.</summary>
    [JsonStringEnumMemberName("tls")] Tls = 2,

    /// <summary>HTTP: one GET /.</summary>
    [JsonStringEnumMemberName("http")] Http = 3,

    /// <summary>HTTP over TLS.</summary>
    [JsonStringEnumMemberName("https")] Https = 4,
}
