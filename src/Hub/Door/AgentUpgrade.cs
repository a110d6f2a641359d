using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// <c>GET /v1/agent/connect</c> with <c>Upgrade: pconnect/1</c>: the way in for agents behind a proxy that ends TLS, and for
/// plain HTTP from this machine. After the 101 the same frames run as on the direct way.
/// </summary>
public static class AgentUpgrade
{
    /// <summary>The path agents ask for.</summary>
    public const string Path = "/v1/agent/connect";

    /// <summary>Adds the endpoint.</summary>
    public static void Map(
        IEndpointRouteBuilder routes, Func<AgentConnection, Task> serveAgent, Func<RelayLoop> nextLoop, TimeProvider time) =>
        DoorMetadata.Require(
            // Anybody: the handshake that follows asks who it is.
            routes.MapGet(Path, context => ServeAsync(context, serveAgent, nextLoop, time)).AllowAnonymous(), DoorKind.Api);

    private static async Task ServeAsync(
        HttpContext context, Func<AgentConnection, Task> serveAgent, Func<RelayLoop> nextLoop, TimeProvider time)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } ||
            !string.Equals(context.Request.Headers.Upgrade, TlsSettings.Agent.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = TlsSettings.Agent.ToString();
            context.Response.Headers.Connection = "Upgrade";
            await context.Response.WriteAsync("Agents connect here, over HTTP/1.1 with 'Upgrade: pconnect/1'.\n");
            return;
        }

        // A tunnel is silent for as long as it likes; the session has its own pings.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        context.Response.Headers.Upgrade = TlsSettings.Agent.ToString();
        await using var stream = new UpgradedStream(await upgrade.UpgradeAsync());
        var deadline = time.GetUtcNow() + DoorLimits.AuthenticateWithin;
        using var limit = new CancellationTokenSource(DoorLimits.AuthenticateWithin, time);
        await using var cut = limit.Token.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
        var binding = context.Features.Get<DoorFeature>()?.Binding ?? new byte[32];
        await serveAgent(
            new AgentConnection(stream, null, nextLoop(), binding, RemoteOf(context), deadline)
            {
                Authenticated = () =>
                {
                    limit.CancelAfter(Timeout.InfiniteTimeSpan);
                    return !limit.IsCancellationRequested;
                },
            });
    }

    private static IPEndPoint RemoteOf(HttpContext context)
    {
        // Behind a trusted proxy the forwarded-headers middleware has put the agent's address here.
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return new IPEndPoint(address.Unmapped(), context.Connection.RemotePort);
    }
}
