using System.Text.Json.Serialization;

namespace PrivateConnect.Relay.Checks;

/// <summary>What an agent found that opened a service as <c>reach</c> does.</summary>
/// <param name="IsLate">No answer in time.</param>
/// <param name="Refused">How its stream was refused; null when it was answered.</param>
/// <param name="FirstByteMs">From this agent through the hub to the service's agent and back.</param>
/// <param name="Target">What that one found.</param>
public sealed record WitnessReport(bool IsLate, string? Refused = null, double? FirstByteMs = null, TargetReport? Target = null);

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true, RespectRequiredConstructorParameters = true, MaxDepth = 8)]
[JsonSerializable(typeof(TargetReport))]
[JsonSerializable(typeof(WitnessReport))]
public sealed partial class ReportJson : JsonSerializerContext;
