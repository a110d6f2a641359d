using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// The name of one request in answers, problems and the log: the caller's own if it is sane, else a new one.
/// </summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    // Longer than any usual id, short enough for a line of the log.
    private const int MaximumLength = 64;

    /// <summary>From here on it is the request's trace identifier.</summary>
    public static void Assign(HttpContext http)
    {
        var wanted = http.Request.Headers[Header];
        http.TraceIdentifier = wanted is [{ Length: > 0 and <= MaximumLength } one] && one.All(IsSane)
            ? one
            : Guid.CreateVersion7().ToString("N");
        http.Response.Headers[Header] = http.TraceIdentifier;
    }

    // Nothing that could end a line or an attribute wherever it is shown.
    private static bool IsSane(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
