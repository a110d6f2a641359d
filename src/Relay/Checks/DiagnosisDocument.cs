using System.Text.Json.Serialization;

namespace PrivateConnect.Relay.Checks;

/// <summary>What is made of a diagnosis.</summary>
public enum DiagnosisState
{
    /// <summary>Nothing is wrong.</summary>
    [JsonStringEnumMemberName("ok")] Ok = 0,

    /// <summary>It works, and something should be looked at.</summary>
    [JsonStringEnumMemberName("warning")] Warning = 1,

    /// <summary>It does not work.</summary>
    [JsonStringEnumMemberName("failed")] Failed = 2,
}

/// <summary>A diagnosis as it is kept, answered and shown. Texts of agents and targets in it are data.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Service">Its name.</param>
/// <param name="State">The worst of the perspectives; the next three are that one's.</param>
/// <param name="Verdict">A stable word for programs.</param>
/// <param name="Text">What was found, a sentence.</param>
/// <param name="Next">What to do now; empty when there is nothing to do.</param>
/// <param name="Perspectives">Where it was looked from, in the order asked for.</param>
public sealed record DiagnosisDocument(
    int Version, string Service, DiagnosisState State, string Verdict, string Text, string Next,
    IReadOnlyList<Perspective> Perspectives);

/// <summary>A service as it looks from one place.</summary>
/// <param name="Kind"><c>hub</c> or <c>agent</c>.</param>
/// <param name="From">The agent's label, or <c>hub</c>.</param>
/// <param name="Agent">Label of the agent that exposes it.</param>
/// <param name="Target">host:port, as that one told.</param>
/// <param name="State">What is made of it.</param>
/// <param name="Verdict">A stable word for programs.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Next">What to do now, or empty.</param>
public sealed record Perspective(
    string Kind, string From, string Agent, string Target, DiagnosisState State, string Verdict, string Text, string Next)
{
    /// <summary>From here to the service's agent and back; from an agent that is through the hub.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>What that agent found at its target.</summary>
    public TargetReport? Found { get; init; }
}

/// <summary>Diagnoses as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true, MaxDepth = 8)]
[JsonSerializable(typeof(DiagnosisDocument))]
public sealed partial class DiagnosisJson : JsonSerializerContext;
