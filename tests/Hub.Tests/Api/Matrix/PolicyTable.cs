using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>What one endpoint of the API is expected to ask of its callers.</summary>
/// <param name="Access">Who may call it at all.</param>
/// <param name="Kind">What the parameter of its address names; empty: it has none.</param>
/// <param name="Body">A body that a POST takes.</param>
public sealed record Expected(
    string Method, string Pattern, Access Access, string? Scope = null, Role Least = Role.Viewer, string Kind = "",
    string? Body = null, bool IsStreamed = false);

public enum Access
{
    Open,
    OwnSecret,
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
        new("POST", "/v1/enrolments", Access.OwnSecret, "agents", Role.Member,
            Body: "{\"publicKey\":\"AA==\",\"label\":\"box\"}"),
        new("POST", "/v1/enrolment-tokens", Access.Key, "agents", Role.Member, Body: "{}"),
        new("GET", "/v1/agents", Access.Key, "agents"),
        new("GET", "/v1/agents/{id}", Access.Key, "agents", Kind: "agents"),
        new("DELETE", "/v1/agents/{id}", Access.Key, "agents", Role.Admin, "agents"),
        new("GET", "/v1/services", Access.Key, "services"),
        new("GET", "/v1/services/{name}", Access.Key, "services", Kind: "services"),
        new("DELETE", "/v1/services/{name}", Access.Key, "services", Role.Member, "services"),
    ];
}
