using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PrivateConnect.Agent;

/// <summary>Every JSON shape of the agent, generated at compile time (no reflection in the native binary).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AgentEvent))]
[JsonSerializable(typeof(Identity))]
[JsonSerializable(typeof(HolderRequest))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentAnswer))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(DeviceCodeRequest))]
[JsonSerializable(typeof(DeviceCodeAnswer))]
[JsonSerializable(typeof(DeviceTokenAnswer))]
[JsonSerializable(typeof(KeyChangeRequest))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    /// <summary>Writes umlauts and quotes as they are: the lines go to terminals and scripts, never into a page.</summary>
    public static AgentJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
