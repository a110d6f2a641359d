using System.Text.Json.Serialization;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>
/// One thing to tell: what <c>--json</c> prints as one line and what the holder sends to the commands attached to it.
/// Fields without a value are not written; the order here is the order on the line.
/// </summary>
internal sealed record AgentEvent(string Event)
{
    public string? Service { get; init; }
    public int? Port { get; init; }
    public string? Address { get; init; }
    public string? Target { get; init; }
    public string? Hub { get; init; }
    public string? Pin { get; init; }
    public string? AgentId { get; init; }
    public string? Label { get; init; }
    public string? Workspace { get; init; }
    public string? HubVersion { get; init; }
    public string? Fingerprint { get; init; }
    public string? Config { get; init; }
    public string? UserCode { get; init; }
    public string? Url { get; init; }
    public int? ExpiresInSeconds { get; init; }
    public string? State { get; init; }
    public int? Holder { get; init; }
    public DateTimeOffset? Since { get; init; }
    public double? RoundTripMs { get; init; }
    public int? Attempt { get; init; }
    public int? DelayMs { get; init; }
    public int? Code { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<ServiceStatus>? Services { get; init; }

    public BenchResult? Bench { get; init; }

    public DiagnosisDocument? Diagnosis { get; init; }

    /// <summary>Whether the command that gets this event has to end with <see cref="Code"/>.</summary>
    public bool? Final { get; init; }

    /// <summary>Whether a further line of the same status follows; between processes only.</summary>
    public bool? More { get; init; }

    /// <summary>Whether all is there that its text needs; a line of another process may lack it.</summary>
    [JsonIgnore]
    public bool IsWhole => Event is not null
        && Services?.All(one => one is { Service: not null, Kind: not null, State: not null }) != false
        && Bench?.IsWhole != false
        && (Diagnosis is null || DiagnosisText.IsWhole(Diagnosis));

    public static AgentEvent Failed(ExitCode code, string text, string? service = null, bool final = false) =>
        new(EventName.Error) { Service = service, Code = (int)code, Text = text, Final = final ? true : null };
}
