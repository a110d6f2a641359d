using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api;

/// <summary>The secret that a request presents, in either of two headers.</summary>
internal static class ApiSecret
{
    private const string Bearer = "Bearer ";
    // No secret of ours is longer; a longer header is not worth hashing.
    private const int MaximumLength = 200;

    /// <summary>Null when there is none, or two that differ.</summary>
    public static string? Of(HttpRequest request)
    {
        var authorization = request.Headers.Authorization;
        var header = request.Headers["x-api-key"];
        if (authorization.Count > 1 || header.Count > 1) return null;
        var bearer = authorization.ToString();
        var first = bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? bearer[Bearer.Length..].Trim() : "";
        var second = header.ToString().Trim();
        var secret = first.Length > 0 ? first : second;
        if (first.Length > 0 && second.Length > 0 && first != second) return null;
        return secret.Length is > 0 and <= MaximumLength ? secret : null;
    }
}
