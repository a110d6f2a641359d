using System.Text.Json.Serialization;

namespace PrivateConnect.Relay.Checks;

/// <summary>What the agent's machine thinks of the certificate, its dates apart.</summary>
public enum CertificateTrust
{
    /// <summary>Trusted, and for the target's name.</summary>
    [JsonStringEnumMemberName("trusted")] Trusted = 0,

    /// <summary>Signed by itself.</summary>
    [JsonStringEnumMemberName("self-signed")] SelfSigned = 1,

    /// <summary>By an authority that this machine does not know.</summary>
    [JsonStringEnumMemberName("unknown-issuer")] UnknownIssuer = 2,

    /// <summary>For another name than the target's.</summary>
    [JsonStringEnumMemberName("other-name")] OtherName = 3,
}

/// <summary>A certificate that a target showed.</summary>
public sealed record CertificateReport(
    string Subject, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter, CertificateTrust Trust);
