using Microsoft.AspNetCore.Http;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Api;

/// <summary>One request after its policy was met.</summary>
/// <param name="Http">The request.</param>
/// <param name="Secret">The presented secret; empty where the policy needs none.</param>
/// <param name="Key">The caller; null where the policy asks for no API key.</param>
internal sealed record ApiCall(HttpContext Http, string Secret, ApiKeyIdentity? Key)
{
    public CancellationToken Ended => Http.RequestAborted;

    /// <summary>The caller's workspace: the only one its queries may name.</summary>
    public string WorkspaceId => Caller.WorkspaceId;

    public string Workspace => Caller.Workspace;

    public ApiKeyIdentity Caller =>
        Key ?? throw new InvalidOperationException("This endpoint's policy asks for no API key.");

    public string Address => Http.Connection.RemoteIpAddress?.Unmapped().ToString() ?? "";

    /// <summary>The id in the address; null for anything that is not written as an id of ours (a zero byte stops PostgreSQL).</summary>
    public string? Id => Guid.TryParseExact(Route("id"), "D", out var id) ? id.ToString("D") : null;

    public string Route(string name) => Http.Request.RouteValues[name] as string ?? "";
}

/// <summary>What an endpoint does with a call.</summary>
internal delegate Task<IResult> ApiHandler(ApiCall call);
