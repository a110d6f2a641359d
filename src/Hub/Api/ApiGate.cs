using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// What happens around every endpoint: policy first, then the handler, and no failure without a problem document.
/// </summary>
internal sealed class ApiGate(ApiKeys keys, WrongSecrets wrong, ILogger<ApiGate> log)
{
    private const string Bearer = "Bearer ";
    // No secret of ours is longer; a longer header is not worth hashing.
    private const int MaximumSecret = 200;

    public async Task RunAsync(HttpContext http, ApiPolicy policy, ApiHandler handler)
    {
        http.Response.Headers.CacheControl = "no-store";
        IResult answer;
        try
        {
            answer = await AnswerAsync(http, policy, handler);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; nobody reads an answer.
            return;
        }
        catch (BadHttpRequestException bad)
        {
            answer = bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problem.TooLarge
                : Problem.BadRequest("bad_request", "The request is not valid HTTP.");
        }
        catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
        {
            ControlLog.ApiDatabaseFailure(log, DatabaseFailure.Describe(failure)!);
            http.Response.Headers.RetryAfter = "1";
            answer = Problem.Database;
        }
        catch (Exception mistake)
        {
            // A handler's bug costs this request and nothing else.
            ControlLog.ApiMistake(log, mistake);
            answer = Problem.Mistake;
        }

        await answer.ExecuteAsync(http);
    }

    /// <summary>For endpoints that check a secret themselves: counts it and answers 401.</summary>
    public IResult Wrong(HttpContext http)
    {
        wrong.Add(http.Connection.RemoteIpAddress);
        return Unauthorized(http, Problem.BadSecret);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, ApiPolicy policy, ApiHandler handler)
    {
        if (!policy.NeedsSecret) return await handler(new ApiCall(http, "", null));
        if (Secret(http.Request) is not { } secret) return Unauthorized(http, Problem.NoSecret);
        if (wrong.MustWait(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter =
                ((int)WrongSecrets.Window.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problem.TooManyWrong;
        }

        if (!policy.NeedsKey) return await handler(new ApiCall(http, secret, null));
        if (await keys.VerifyAsync(secret, http.RequestAborted) is not { } key) return Wrong(http);
        if (policy.Scope is not null && !key.Has(policy.Scope)) return Problem.MissingScope(policy.Scope);
        if (key.Role < policy.Least) return Problem.MissingRole(policy.Least);
        return await handler(new ApiCall(http, secret, key));
    }

    /// <summary>One secret from either header; null when there is none, or two that differ.</summary>
    private static string? Secret(HttpRequest request)
    {
        var authorization = request.Headers.Authorization;
        var header = request.Headers["x-api-key"];
        if (authorization.Count > 1 || header.Count > 1) return null;
        var bearer = authorization.ToString();
        var first = bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? bearer[Bearer.Length..].Trim() : "";
        var second = header.ToString().Trim();
        var secret = first.Length > 0 ? first : second;
        if (first.Length > 0 && second.Length > 0 && first != second) return null;
        return secret.Length is > 0 and <= MaximumSecret ? secret : null;
    }

    private static IResult Unauthorized(HttpContext http, IResult problem)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return problem;
    }
}
