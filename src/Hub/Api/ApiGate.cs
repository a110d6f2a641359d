using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// What happens around every endpoint: request id, rate limit and policy first, then the call with its conditions, and no
/// failure without a problem document.
/// </summary>
internal sealed class ApiGate(
    ApiKeys keys, WrongSecrets wrong, ApiLimits limits, ApiConditions conditions, AuditLog audit, Database database,
    ILogger<ApiGate> log)
{
    public async Task RunAsync(HttpContext http, ApiEndpoint endpoint)
    {
        RequestId.Assign(http);
        http.Response.Headers.CacheControl = "no-store";
        if (endpoint.Doc.IsStreamed)
        {
            await RunToItsEndAsync(http, endpoint);
            return;
        }

        var turn = new AnswerTurn();
        http.Features.Set(turn);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        http.RequestAborted = caller.Token;
        var work = RunToItsEndAsync(http, endpoint);
        using (var inTime = new CancellationTokenSource())
        {
            if (await Task.WhenAny(work, Task.Delay(endpoint.Doc.Patience + database.AnswerLimit, database.Time, inTime.Token)) != work)
            {
                // The answer first: what the database's driver does to give a statement up takes seconds of its own.
                await turn.AnswerAsync(http, () => AnswerEarlyAsync(http));
                await caller.CancelAsync();
            }

            await inTime.CancelAsync();
        }

        try
        {
            // The request is the endpoint's until that is over, answered or not.
            await work;
        }
        catch (OperationCanceledException) when (turn.IsAnswered)
        {
            // It was about to tell of its failure.
        }
    }

    private static bool IsOver(HttpContext http) =>
        http.RequestAborted.IsCancellationRequested || http.Features.Get<AnswerTurn>() is { IsAnswered: true };

    private async Task AnswerEarlyAsync(HttpContext http)
    {
        ControlLog.ApiDatabaseFailure(log, http.TraceIdentifier, "it did not answer in time.");
        http.Response.Headers.RetryAfter = "1";
        // HTTP/1.1 has nothing to say on this connection before the endpoint is over.
        if (HttpProtocol.IsHttp11(http.Request.Protocol)) http.Response.Headers.Connection = "close";
        await Problem.Database.ExecuteAsync(http);
        await http.Response.CompleteAsync();
    }

    private async Task RunToItsEndAsync(HttpContext http, ApiEndpoint endpoint)
    {
        IResult failed;
        try
        {
            await AnswerAsync(http, endpoint);
            return;
        }
        catch (OperationCanceledException) when (IsOver(http))
        {
            // The caller went away, or was answered; nobody reads another answer.
            return;
        }
        catch (BadHttpRequestException bad)
        {
            failed = bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problem.TooLarge
                : Problem.BadRequest("bad_request", "The request is not valid HTTP.");
        }
        catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
        {
            ControlLog.ApiDatabaseFailure(log, http.TraceIdentifier, DatabaseFailure.Describe(failure)!);
            if (!http.Response.HasStarted) http.Response.Headers.RetryAfter = "1";
            failed = Problem.Database;
        }
        catch (Exception mistake)
        {
            // A handler's bug costs this request and nothing else.
            ControlLog.ApiMistake(log, mistake, http.TraceIdentifier);
            failed = Problem.Mistake;
        }

        if (IsOver(http)) return;
        // Half an answer must not look like a whole one.
        if (http.Response.HasStarted) http.Abort();
        else await SendAsync(http, failed);
    }

    /// <summary>For endpoints that check a secret themselves: counts it and answers 401.</summary>
    public IResult Wrong(HttpContext http)
    {
        wrong.Add(http.Connection.RemoteIpAddress);
        audit.Refused(null, "stranger", Address(http), "api.request", http.Request.Path, "wrong key or token");
        return Unauthorized(http, Problem.BadSecret);
    }

    private async Task AnswerAsync(HttpContext http, ApiEndpoint endpoint)
    {
        var (call, refused) = await AdmitAsync(http, endpoint.Policy);
        if (call is null) await SendAsync(http, refused!);
        else if (endpoint.Doc.IsStreamed) await (await endpoint.Handler(call)).ExecuteAsync(http);
        else await (await conditions.RunAsync(call, endpoint)).SendAsync(http);
    }

    private async Task<(ApiCall? Call, IResult? Refused)> AdmitAsync(HttpContext http, ApiPolicy policy)
    {
        if (!limits.TakeSource(http)) return (null, Problem.TooManyCalls);
        if (!policy.NeedsSecret) return (new ApiCall(http, "", null), null);
        if (ApiSecret.Of(http.Request) is not { } secret) return (null, Unauthorized(http, Problem.NoSecret));
        if (wrong.MustWait(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter =
                ((int)WrongSecrets.Window.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return (null, Problem.TooManyWrong);
        }

        if (!policy.NeedsKey) return (new ApiCall(http, secret, null), null);
        if (await keys.VerifyAsync(secret, http.RequestAborted) is not { } key) return (null, Wrong(http));
        if (!limits.TakeKey(http, key)) return (null, Problem.TooManyCalls);
        if (policy.Scope is not null && !key.Has(policy.Scope))
            return (null, Refused(http, key, $"no scope {policy.Scope}", Problem.MissingScope(policy.Scope)));
        if (key.Role < policy.Least)
            return (null, Refused(http, key, $"less than {policy.Least}", Problem.MissingRole(policy.Least)));
        return (new ApiCall(http, secret, key), null);
    }

    private IResult Refused(HttpContext http, ApiKeyIdentity key, string why, IResult problem)
    {
        audit.Refused(key.WorkspaceId, key.Actor, Address(http), "api.request", http.Request.Path, why);
        return problem;
    }

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.Unmapped().ToString() ?? "";

    private static async Task SendAsync(HttpContext http, IResult result) =>
        await (await ApiReply.CaptureAsync(http, result)).SendAsync(http);

    private static IResult Unauthorized(HttpContext http, IResult problem)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return problem;
    }
}
