using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>What one endpoint of the API is expected to ask of its callers.</summary>
/// <param name="Access">Who may call it at all.</param>
/// <param name="Kind">What the parameter of its address names; empty: it has none.</param>
/// <param name="Body">A body that a POST, PUT or PATCH takes.</param>
/// <param name="NeedsPerson">A key of the workspace is refused.</param>
/// <param name="Inside">Whoever is less is refused only where the thing is there.</param>
/// <param name="IsHidden">For them it is not there.</param>
public sealed record Expected(
    string Method, string Pattern, Access Access, string? Scope = null, Role Least = Role.Viewer, string Kind = "",
    string? Body = null, bool IsStreamed = false, bool NeedsPerson = false, Role Inside = Role.Viewer, bool IsHidden = false);

public enum Access
{
    Open,

    /// <summary>An API key or a one-time token, which enrols.</summary>
    OwnSecret,

    /// <summary>A device code; keys are none.</summary>
    DeviceCode,

    /// <summary>Two signatures in the body; the one in the table is wrong.</summary>
    Signature,

    /// <summary>The secret of a share link; keys are none.</summary>
    ShareSecret,
    Key,
}

/// <summary>
/// Who may do what, written by hand and apart from the code. A new endpoint fails the matrix until it has its line here.
/// </summary>
public static class PolicyTable
{
    public static IReadOnlyList<Expected> All { get; } =
    [
        new("GET", "/health", Access.Open),
        new("GET", "/docs", Access.Open, IsStreamed: true),
        new("GET", "/docs/scalar-2.19.0.js", Access.Open, IsStreamed: true),
        new("GET", "/v1/openapi.json", Access.Open),
        new("GET", "/v1/events", Access.Key, IsStreamed: true),
        new("GET", "/metrics", Access.Key, "metrics", IsStreamed: true),
        new("POST", "/v1/enrolments", Access.OwnSecret, "agents", Role.Member,
            Body: "{\"publicKey\":\"AA==\",\"label\":\"box\"}"),
        new("POST", "/v1/enrolment-tokens", Access.Key, "agents", Role.Member, Body: "{}"),
        new("POST", "/v1/device/code", Access.Open, Body: "{\"label\":\"box\",\"agentVersion\":\"1\"}"),
        new("POST", "/v1/device/token", Access.DeviceCode),
        new("POST", "/v1/agent/key", Access.Signature,
            Body: "{\"publicKey\":\"AA==\",\"newPublicKey\":\"AA==\",\"signature\":\"AA==\",\"newSignature\":\"AA==\"}"),
        new("GET", "/v1/agents", Access.Key, "agents"),
        new("GET", "/v1/agents/{id}", Access.Key, "agents", Kind: "agents"),
        new("PATCH", "/v1/agents/{id}", Access.Key, "agents", Role.Admin, "agents", "{\"tags\":[\"ci\"]}"),
        new("DELETE", "/v1/agents/{id}", Access.Key, "agents", Role.Admin, "agents"),
        new("GET", "/v1/services", Access.Key, "services"),
        new("GET", "/v1/services/{name}", Access.Key, "services", Kind: "services"),
        new("PATCH", "/v1/services/{name}", Access.Key, "services", Role.Admin, "services", "{\"reach\":\"chosen\"}"),
        new("DELETE", "/v1/services/{name}", Access.Key, "services", Role.Member, "services"),
        new("GET", "/v1/services/{name}/streams", Access.Key, "services", Kind: "services"),
        new("DELETE", "/v1/services/{name}/streams/{id}", Access.Key, "services", Role.Member, "streams"),
        new("GET", "/v1/services/{name}/grants", Access.Key, "services", Kind: "services"),
        new("POST", "/v1/services/{name}/grants", Access.Key, "services", Role.Admin, "services",
            "{\"kind\":\"role\",\"subject\":\"viewer\"}"),
        new("DELETE", "/v1/services/{name}/grants/{id}", Access.Key, "services", Role.Admin, "grants"),
        new("POST", "/v1/services/{name}/diagnoses", Access.Key, "services", Role.Member, "services", "{}"),
        new("GET", "/v1/quota", Access.Key),
        new("GET", "/v1/quotas", Access.Key, "hub", Role.Admin),
        new("PUT", "/v1/quotas/{workspaceId}", Access.Key, "hub", Role.Admin, "quotas", "{}"),
        new("GET", "/v1/audit-events", Access.Key, "audit", Role.Admin),
        new("GET", "/v1/audit-events/export", Access.Key, "audit", Role.Admin, IsStreamed: true),
        new("GET", "/v1/tunnels", Access.Key, "services"),
        new("GET", "/v1/diagnostics", Access.Key, "services"),
        new("POST", "/v1/diagnostics", Access.Key, "services", Role.Member, Body: "{\"document\":{\"tcp\":\"ok\"}}"),
        new("GET", "/v1/diagnostics/{id}", Access.Key, "services", Kind: "diagnostics"),
        new("POST", "/v1/diagnostics/{id}/share-links", Access.Key, "services", Role.Member, "diagnostics", "{}"),
        new("GET", "/v1/share-links", Access.Key, "services"),
        new("DELETE", "/v1/share-links/{id}", Access.Key, "services", Role.Member, "share-links"),
        new("GET", "/v1/shared-diagnostic", Access.ShareSecret),
        new("GET", "/v1/workspaces", Access.Key, "account", NeedsPerson: true),
        new("POST", "/v1/workspaces", Access.Key, "account", Body: "{\"name\":\"new\"}", NeedsPerson: true),
        new("GET", "/v1/workspaces/{id}", Access.Key, Kind: "workspaces"),
        new("PATCH", "/v1/workspaces/{id}", Access.Key, "members", Role.Admin, "workspaces",
            $"{{\"name\":\"{MatrixWorld.Mark}\"}}"),
        new("GET", "/v1/members", Access.Key, "members"),
        new("GET", "/v1/members/{id}", Access.Key, "members", Kind: "members"),
        new("PATCH", "/v1/members/{id}", Access.Key, "members", Role.Admin, "members", "{\"role\":\"member\"}"),
        new("DELETE", "/v1/members/{id}", Access.Key, "members", Kind: "members", Inside: Role.Admin),
        new("POST", "/v1/members/{id}/transfer", Access.Key, "members", Role.Owner, "members"),
        new("GET", "/v1/invitations", Access.Key, "members", Role.Admin),
        new("POST", "/v1/invitations", Access.Key, "members", Role.Admin,
            Body: "{\"email\":\"new@example.org\",\"role\":\"viewer\"}"),
        new("GET", "/v1/invitations/{id}", Access.Key, "members", Role.Admin, "invitations"),
        new("DELETE", "/v1/invitations/{id}", Access.Key, "members", Role.Admin, "invitations"),
        new("GET", "/v1/api-keys", Access.Key, "keys"),
        new("POST", "/v1/api-keys", Access.Key, "keys", Body: "{\"name\":\"new\",\"scopes\":[\"keys\"]}",
            Inside: Role.Admin),
        new("GET", "/v1/api-keys/{id}", Access.Key, "keys", Kind: "keys", Inside: Role.Admin, IsHidden: true),
        new("DELETE", "/v1/api-keys/{id}", Access.Key, "keys", Kind: "keys", Inside: Role.Admin, IsHidden: true),
        new("GET", "/v1/sessions", Access.Key, "account", NeedsPerson: true),
        new("DELETE", "/v1/sessions", Access.Key, "account", NeedsPerson: true),
        new("DELETE", "/v1/sessions/{id}", Access.Key, "account", Kind: "sessions", NeedsPerson: true),
    ];
}
