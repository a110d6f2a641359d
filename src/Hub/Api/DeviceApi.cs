using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Devices;

namespace PrivateConnect.Hub.Api;

/// <summary>What the machine says of itself; the person who decides sees it.</summary>
internal sealed record DeviceCodeRequest(string Label, string AgentVersion, bool Ephemeral = false);

internal sealed record DeviceCodeView(
    string DeviceCode, string UserCode, string VerificationUri, string VerificationUriComplete, int ExpiresIn, int Interval);

/// <summary>A one-time token for POST /v1/enrolments.</summary>
internal sealed record DeviceTokenView(string Token);

/// <summary>RFC 8628 in JSON: the words and rules are the RFC's, errors are problem documents with its error as code.</summary>
internal static class DeviceApi
{
    private const int MaximumVersion = 64;

    public static void Map(ApiRoutes routes)
    {
        routes.Map("POST", "/v1/device/code", ApiPolicy.Open,
            ApiDoc.Of("Gives a machine the codes to ask a person with (RFC 8628).")
                .Takes(ApiJson.Default.DeviceCodeRequest).Gives(200, ApiJson.Default.DeviceCodeView),
            StartAsync);
        routes.Map("POST", "/v1/device/token", ApiPolicy.OwnSecret,
            ApiDoc.Of("Asks, with the device code as the secret, whether a person decided; problems carry RFC 8628's words.")
                .Gives(200, ApiJson.Default.DeviceTokenView).Refuses(400),
            PollAsync);
    }

    private static async Task<IResult> StartAsync(ApiCall call)
    {
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.DeviceCodeRequest);
        if (body is null) return problem!;
        if (!AgentLabel.IsGood(body.Label))
            return Problem.BadRequest("bad_label",
                $"label has 1 to {AgentLabel.MaximumLength} printable characters and no space at its ends.");
        if (!AgentLabel.IsGood(body.AgentVersion) || body.AgentVersion.Length > MaximumVersion)
            return Problem.BadRequest("bad_version", $"agentVersion has 1 to {MaximumVersion} printable characters.");
        var services = call.Http.RequestServices;
        var start = await services.GetRequiredService<DeviceCodes>().StartAsync(
            body.Label, body.AgentVersion, body.Ephemeral, call.Http.Connection.RemoteIpAddress, call.Ended);
        if (start is null)
        {
            call.Http.Response.Headers.RetryAfter = "60";
            return Problem.TooManyRequests("too_many_codes",
                $"Too many machines wait for a decision ({DeviceCodes.MaximumPerSource} of one address, "
                + $"{DeviceCodes.MaximumOpen} in all): decide on some, or wait up to {DeviceCodes.Life.TotalMinutes:0} minutes.");
        }

        var page = $"{services.GetRequiredService<DevicePage>().Address}/device";
        return Results.Json(
            new DeviceCodeView(
                start.DeviceCode, start.UserCode, page, $"{page}#{start.UserCode}", (int)start.Life.TotalSeconds,
                (int)start.Interval.TotalSeconds),
            ApiJson.Default.DeviceCodeView);
    }

    private static async Task<IResult> PollAsync(ApiCall call)
    {
        var services = call.Http.RequestServices;
        var (answer, token) = await services.GetRequiredService<DeviceCodes>().PollAsync(call.Secret, call.Ended);
        switch (answer)
        {
            case DevicePoll.Granted:
                return Results.Json(new DeviceTokenView(token!), ApiJson.Default.DeviceTokenView);
            case DevicePoll.AuthorizationPending:
                return Problem.BadRequest("authorization_pending", "Nobody decided yet: ask again after the interval.");
            case DevicePoll.SlowDown:
                call.Http.Response.Headers.RetryAfter =
                    PollPace.Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                return Problem.BadRequest("slow_down", "Asked too soon: wait 5 seconds longer between polls from now on.");
            case DevicePoll.AccessDenied:
                return Problem.BadRequest("access_denied", "A person said no to this machine.");
            default:
                // Guesses look the same, so they count.
                services.GetRequiredService<WrongSecrets>().Add(call.Http.Connection.RemoteIpAddress);
                return Problem.BadRequest("expired_token", "This code expired, was used, or was never given: ask for a new one.");
        }
    }
}
