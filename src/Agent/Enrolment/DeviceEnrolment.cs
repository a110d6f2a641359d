using System.Net;
using System.Text.Json;

namespace PrivateConnect.Agent;

/// <summary>Body of POST /v1/device/code.</summary>
internal sealed record DeviceCodeRequest(string Label, string AgentVersion, bool? Ephemeral);

/// <summary>Answer of POST /v1/device/code.</summary>
internal sealed record DeviceCodeAnswer(
    string? DeviceCode, string? UserCode, string? VerificationUri, string? VerificationUriComplete, int ExpiresIn, int Interval);

/// <summary>Answer of POST /v1/device/token once a person said yes.</summary>
internal sealed record DeviceTokenAnswer(string? Token);

/// <summary>
/// Asks a person to let this machine in, after RFC 8628: shows a code, and asks the hub until somebody decided. The answer
/// is a one-time token to enrol with.
/// </summary>
internal sealed class DeviceEnrolment(HubAddress hub, string? pin, TimeProvider time, Action<AgentEvent> tell)
{
    /// <summary>RFC 8628, section 3.5: slow_down adds so much.</summary>
    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5);

    /// <summary>No hub may make an agent ask more often, or so seldom that a person waits for it.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostInterval = TimeSpan.FromMinutes(1);

    private readonly HubApi _api = new(hub, pin, time);

    public async Task<string> RunAsync(string label, bool ephemeral, CancellationToken cancellation)
    {
        var start = await StartAsync(label, ephemeral, cancellation);
        tell(new AgentEvent(EventName.Approve)
        {
            Hub = hub.ToString(),
            UserCode = start.UserCode,
            Url = start.VerificationUriComplete ?? start.VerificationUri,
            ExpiresInSeconds = start.ExpiresIn,
        });
        var since = time.GetTimestamp();
        var interval = Clamp(TimeSpan.FromSeconds(start.Interval));
        while (time.GetElapsedTime(since) < TimeSpan.FromSeconds(start.ExpiresIn))
        {
            await Task.Delay(interval, time, cancellation);
            var (status, text) = await PollAsync(start.DeviceCode!, cancellation);
            if (status == HttpStatusCode.OK)
            {
                return Parse(text, AgentJson.Default.DeviceTokenAnswer)?.Token is { Length: > 0 } token
                    ? token
                    : throw NotAHub("an answer without a token");
            }

            switch (HubApi.Problem(text)?.Code)
            {
                case "slow_down":
                    interval = Clamp(interval + SlowDown);
                    break;
                case "access_denied":
                    throw new AgentFailure(ExitCode.KeyRefused, $"a person at {hub} said no to this machine") { IsFinal = true };
                case "expired_token":
                    throw Expired();
            }

            // authorization_pending, and a hub that cannot answer now: ask again.
        }

        throw Expired();
    }

    private async Task<DeviceCodeAnswer> StartAsync(string label, bool ephemeral, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(
            new DeviceCodeRequest(label, AgentVersion.Text, ephemeral ? true : null), AgentJson.Default.DeviceCodeRequest);
        var (status, text) = await _api.PostAsync("/v1/device/code", body, null, cancellation);
        switch (status)
        {
            case HttpStatusCode.OK:
                return Parse(text, AgentJson.Default.DeviceCodeAnswer) is { DeviceCode: not null, UserCode: not null, VerificationUri: not null, ExpiresIn: > 0 } answer
                    ? answer
                    : throw NotAHub("an answer without codes");
            case HttpStatusCode.BadRequest:
                throw new AgentFailure(ExitCode.Usage, $"the hub at {hub} refused the request{HubApi.Detail(text)}; check --label");
            case HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new AgentFailure(
                    ExitCode.HubUnreachable, $"the hub at {hub} gives no code now (HTTP {(int)status}{HubApi.Detail(text)})")
                {
                    RetryAfter = MostInterval,
                };
            default:
                throw NotAHub($"HTTP {(int)status}");
        }
    }

    /// <summary>A hub that is away for a moment does not end the wait.</summary>
    private async Task<(HttpStatusCode Status, string Text)> PollAsync(string deviceCode, CancellationToken cancellation)
    {
        try
        {
            return await _api.PostAsync("/v1/device/token", null, deviceCode, cancellation);
        }
        catch (AgentFailure failure) when (failure.Code is ExitCode.HubUnreachable)
        {
            return (HttpStatusCode.ServiceUnavailable, "");
        }
    }

    private static T? Parse<T>(string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TimeSpan Clamp(TimeSpan interval) =>
        interval < LeastInterval ? LeastInterval : interval > MostInterval ? MostInterval : interval;

    private AgentFailure Expired() => new(ExitCode.NotEnrolled,
        $"nobody decided over this machine at {hub} in time; start again for a new code, or give a key ({TokenSource.Variable} or --token-file)")
    {
        IsFinal = true,
    };

    private AgentFailure NotAHub(string gave) =>
        new(ExitCode.HubUnreachable, $"{hub} gave {gave} to a request for a device code: is it the API port of a hub of this version?");
}
