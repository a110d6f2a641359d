using System.Globalization;
using Microsoft.AspNetCore.Http;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// The rate limits of the API, told in RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers) and, to who
/// is beyond, in Retry-After.
/// </summary>
internal sealed class ApiLimits(RateLimitRules rules, TimeProvider time)
{
    private readonly RateLimits<UInt128> _sources = new(rules.Source, time);
    private readonly RateLimits<string> _keys = new(rules.Key, time);

    /// <summary>Before anything is looked at: who floods costs next to nothing.</summary>
    public bool TakeSource(HttpContext http) =>
        Tell(http, _sources.Limit, _sources.Take(SourceNetwork.Of(http.Connection.RemoteIpAddress)));

    /// <summary>After the key was verified, so that nobody spends another's quota.</summary>
    public bool TakeKey(HttpContext http, ApiKeyIdentity key) => Tell(http, _keys.Limit, _keys.Take(key.KeyId));

    // The last one asked is told: it is the narrower one.
    private static bool Tell(HttpContext http, RateLimit limit, RateVerdict verdict)
    {
        var headers = http.Response.Headers;
        headers["RateLimit-Policy"] =
            string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";q={limit.Quota};w={limit.Seconds}");
        headers["RateLimit"] =
            string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";r={verdict.Left};t={verdict.Seconds}");
        if (!verdict.Allowed) headers.RetryAfter = verdict.Seconds.ToString(CultureInfo.InvariantCulture);
        return verdict.Allowed;
    }
}
