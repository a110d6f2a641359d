using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PrivateConnect.Hub.Events;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Api;

/// <summary>The API's JSON: bodies that say more than they should, twice, or too deeply are refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = ApiBody.MaximumDepth)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(EventData))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentView))]
[JsonSerializable(typeof(EnrolmentTokenRequest))]
[JsonSerializable(typeof(EnrolmentTokenView))]
[JsonSerializable(typeof(AgentView))]
[JsonSerializable(typeof(AgentPage))]
[JsonSerializable(typeof(ServiceView))]
[JsonSerializable(typeof(ServicePage))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(TunnelPage))]
[JsonSerializable(typeof(AuditEventPage))]
[JsonSerializable(typeof(DiagnosticRequest))]
[JsonSerializable(typeof(DiagnosticView))]
[JsonSerializable(typeof(DiagnosticPage))]
[JsonSerializable(typeof(DiagnosisRequest))]
[JsonSerializable(typeof(ShareLinkRequest))]
[JsonSerializable(typeof(ShareLinkView))]
[JsonSerializable(typeof(NewShareLinkView))]
[JsonSerializable(typeof(ShareLinkPage))]
[JsonSerializable(typeof(SharedDiagnosticView))]
[JsonSerializable(typeof(ServiceStreams))]
[JsonSerializable(typeof(MemberView))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(RoleRequest))]
[JsonSerializable(typeof(InvitationView))]
[JsonSerializable(typeof(InvitationPage))]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(MadeInvitationView))]
[JsonSerializable(typeof(ApiKeyView))]
[JsonSerializable(typeof(ApiKeyPage))]
[JsonSerializable(typeof(ApiKeyRequest))]
[JsonSerializable(typeof(MadeApiKeyView))]
[JsonSerializable(typeof(WorkspaceView))]
[JsonSerializable(typeof(WorkspaceList))]
[JsonSerializable(typeof(WorkspaceRequest))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(AgentChange))]
[JsonSerializable(typeof(AgentKeyChange))]
[JsonSerializable(typeof(AgentKeyView))]
[JsonSerializable(typeof(DeviceCodeRequest))]
[JsonSerializable(typeof(DeviceCodeView))]
[JsonSerializable(typeof(DeviceTokenView))]
[JsonSerializable(typeof(ServiceChange))]
[JsonSerializable(typeof(GrantRequest))]
[JsonSerializable(typeof(GrantView))]
[JsonSerializable(typeof(GrantList))]
[JsonSerializable(typeof(QuotaRequest))]
[JsonSerializable(typeof(QuotaView))]
[JsonSerializable(typeof(QuotaPage))]
internal sealed partial class ApiJson : JsonSerializerContext;
