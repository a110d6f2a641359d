using System.Text.Json.Serialization;

namespace PrivateConnect.Relay.Checks;

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
