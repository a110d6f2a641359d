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

/// <summary>How a target took its agent's connection.</summary>
public enum TargetOutcome
{
    /// <summary>It took it.</summary>
    [JsonStringEnumMemberName("connected")] Connected = 0,

    /// <summary>Its name does not resolve there.</summary>
    [JsonStringEnumMemberName("unknown-host")] UnknownHost = 1,

    /// <summary>Nobody listens.</summary>
    [JsonStringEnumMemberName("refused")] Refused = 2,

    /// <summary>No answer in time.</summary>
    [JsonStringEnumMemberName("timeout")] Timeout = 3,

    /// <summary>No way to it.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable = 4,

    /// <summary>An address that agents do not dial.</summary>
    [JsonStringEnumMemberName("forbidden")] Forbidden = 5,

    /// <summary>It took it and hung up at once, without a word.</summary>
    [JsonStringEnumMemberName("hung-up")] HungUp = 6,
}

/// <summary>How a target that took the connection answered in its protocol.</summary>
public enum SpeechOutcome
{
    /// <summary>As it should.</summary>
    [JsonStringEnumMemberName("ok")] Ok = 0,

    /// <summary>In another way.</summary>
    [JsonStringEnumMemberName("other")] Other = 1,

    /// <summary>Not at all in time.</summary>
    [JsonStringEnumMemberName("silent")] Silent = 2,

    /// <summary>The TLS handshake failed.</summary>
    [JsonStringEnumMemberName("tls-failed")] TlsFailed = 3,
}

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

/// <summary>What an agent found at its own target. On the wire as JSON; the reader takes it for the sender's word.</summary>
public sealed record TargetReport(TargetOutcome Outcome)
{
    /// <summary>The longest text in it, characters.</summary>
    public const int MaxText = 256;

    /// <summary>The address that took the connection, or the last one tried.</summary>
    public string? Address { get; init; }

    /// <summary>Looking the name up; null for an address.</summary>
    public double? ResolveMs { get; init; }

    /// <summary>TCP connect.</summary>
    public double? ConnectMs { get; init; }

    /// <summary>What was spoken.</summary>
    public ServiceProtocol Protocol { get; init; }

    /// <summary>The owner named the protocol; else it was taken from the port.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Null where nothing was said.</summary>
    public SpeechOutcome? Speech { get; init; }

    /// <summary>From the first word to the first byte of the answer in the protocol.</summary>
    public double? AnswerMs { get; init; }

    /// <summary>Whether the connection went on over TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>Null without TLS.</summary>
    public CertificateReport? Certificate { get; init; }

    /// <summary>Of GET /.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Its words beside it.</summary>
    public string? HttpReason { get; init; }
}

/// <summary>What an agent found that opened a service as <c>reach</c> does.</summary>
/// <param name="Refused">How its stream was refused; null when it was answered.</param>
/// <param name="IsLate">No answer in time.</param>
/// <param name="FirstByteMs">From this agent through the hub to the service's agent and back.</param>
/// <param name="Target">What that one found.</param>
public sealed record WitnessReport(string? Refused, bool IsLate, double? FirstByteMs, TargetReport? Target);

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true, MaxDepth = 8)]
[JsonSerializable(typeof(TargetReport))]
[JsonSerializable(typeof(WitnessReport))]
public sealed partial class ReportJson : JsonSerializerContext;
