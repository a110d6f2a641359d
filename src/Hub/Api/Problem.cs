using Microsoft.AspNetCore.Http;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Events;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// A problem document after RFC 9457; code is the stable word for programs, detail the line for people, requestId what
/// the hub's log calls this request.
/// </summary>
internal sealed record ProblemDocument(
    string Type, string Title, int Status, string Code, string Detail, string RequestId);

/// <summary>
/// Every refusal of the API. "Not there" and "not yours" are the same bytes because they are the same object.
/// </summary>
internal static class Problem
{
    private const string MediaType = "application/problem+json";

    public static IResult NotFound { get; } = Of(StatusCodes.Status404NotFound, "Not Found", "not_found",
        "There is nothing here, or nothing that this key may see.");

    public static IResult NoSecret { get; } = Of(StatusCodes.Status401Unauthorized, "Unauthorized", "no_credentials",
        "Send an API key as \"Authorization: Bearer pc_…\" or in the header x-api-key.");

    public static IResult BadSecret { get; } = Of(StatusCodes.Status401Unauthorized, "Unauthorized", "bad_credentials",
        "The key or token is not valid here: unknown, expired, revoked or already used.");

    public static IResult TooLarge { get; } = Of(StatusCodes.Status413PayloadTooLarge, "Content Too Large", "too_large",
        $"A body may have at most {ApiBody.MaximumBytes / 1024} KiB.");

    public static IResult NotJson { get; } = Of(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type",
        "not_json", "The body must be JSON, sent as application/json.");

    public static IResult Database { get; } = Of(StatusCodes.Status503ServiceUnavailable, "Service Unavailable",
        "database", "The hub's database does not answer now, so this was not confirmed. Look, then try again in a moment.");

    public static IResult Mistake { get; } = Of(StatusCodes.Status500InternalServerError, "Internal Server Error",
        "mistake", "The hub made a mistake; its log says which.");

    public static IResult TooManyWrong { get; } = Of(StatusCodes.Status429TooManyRequests, "Too Many Requests",
        "too_many_wrong_secrets", "Too many wrong keys came from this address; wait before the next try.");

    public static IResult TooManyCalls { get; } = Of(StatusCodes.Status429TooManyRequests, "Too Many Requests",
        "rate_limited", "Too many calls; the header Retry-After says in how many seconds to go on.");

    public static IResult TooManyReaders { get; } = Of(StatusCodes.Status429TooManyRequests, "Too Many Requests",
        "too_many_event_streams",
        $"At most {EventSeats.PerKey} follow events with one key and {EventSeats.InAll} in all; close one first.");

    public static IResult TooManyIdempotent { get; } = Of(StatusCodes.Status429TooManyRequests, "Too Many Requests",
        "too_many_idempotency_keys",
        $"This API key used {IdempotentCalls.MaximumKept} idempotency keys within a day; go on without, or wait.");

    public static IResult BadIdempotencyKey { get; } = Of(StatusCodes.Status400BadRequest, "Bad Request",
        "bad_idempotency_key",
        $"Idempotency-Key is one header of 1 to {IdempotentCalls.MaximumKey} printable characters without spaces.");

    public static IResult IdempotencyKeyReused { get; } = Of(StatusCodes.Status422UnprocessableEntity,
        "Unprocessable Content", "idempotency_key_reused",
        "This Idempotency-Key came before with another request; make a new one for each thing you create.");

    public static IResult OutcomeUnknown { get; } = Of(StatusCodes.Status409Conflict, "Conflict", "outcome_unknown",
        "The hub was interrupted in this call before and cannot tell whether it was done: look, then use a new "
        + "Idempotency-Key.");

    public static IResult Changed { get; } = Of(StatusCodes.Status412PreconditionFailed, "Precondition Failed",
        "changed", "What If-Match names is not what is stored now: read it again, then change that.");

    public static IResult MissingScope(string scope) => Of(StatusCodes.Status403Forbidden, "Forbidden", "missing_scope",
        $"This API key lacks the scope {scope}.");

    public static IResult MissingRole(Role least) => Of(StatusCodes.Status403Forbidden, "Forbidden", "missing_role",
        $"Whose key this is must be at least {least.Word()} of the workspace.");

    public static IResult WrongMethod(string allowed) => Of(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed",
        "wrong_method", $"This address takes {allowed}.");

    public static IResult BadRequest(string code, string detail) =>
        Of(StatusCodes.Status400BadRequest, "Bad Request", code, detail);

    public static IResult BadTime(string name) => BadRequest(
        $"bad_{name}", $"{name} is a time of ISO 8601, such as 2026-01-31 or 2026-01-31T12:00:00Z.");

    public static IResult Conflict(string code, string detail) =>
        Of(StatusCodes.Status409Conflict, "Conflict", code, detail);

    public static IResult TooManyRequests(string code, string detail) =>
        Of(StatusCodes.Status429TooManyRequests, "Too Many Requests", code, detail);

    public static IResult Forbidden(string code, string detail) =>
        Of(StatusCodes.Status403Forbidden, "Forbidden", code, detail);

    private static Document Of(int status, string title, string code, string detail) =>
        new(status, title, code, detail);

    private sealed class Document(int status, string title, string code, string detail) : IResult
    {
        public Task ExecuteAsync(HttpContext http) => Results.Json(
            new ProblemDocument("about:blank", title, status, code, detail, http.TraceIdentifier),
            ApiJson.Default.ProblemDocument, MediaType, status).ExecuteAsync(http);
    }
}
