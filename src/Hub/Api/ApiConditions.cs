using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Runs an admitted call under the conditions that its headers set: If-None-Match for reads, If-Match for changes,
/// Idempotency-Key for creates.
/// </summary>
internal sealed class ApiConditions(IdempotentCalls idempotent)
{
    private readonly ChangeTurns _turns = new();

    public Task<ApiReply> RunAsync(ApiCall call, ApiEndpoint endpoint)
    {
        var request = call.Http.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return ReadAsync(call, endpoint);
        if (call.Key is null) return ActAsync(call, endpoint);
        if (HttpMethods.IsPost(request.Method)) return CreateAsync(call, endpoint);
        return _turns.InTurnAsync(
            $"{call.WorkspaceId} {request.Path}", () => ChangeAsync(call, endpoint), call.Ended);
    }

    private static async Task<ApiReply> ActAsync(ApiCall call, ApiEndpoint endpoint) =>
        await ApiReply.CaptureAsync(call.Http, await endpoint.Handler(call));

    private static async Task<ApiReply> ReadAsync(ApiCall call, ApiEndpoint endpoint)
    {
        var reply = await ActAsync(call, endpoint);
        if (TagOf(endpoint, reply) is not { } tag) return reply;
        var headers = call.Http.Response.Headers;
        headers.ETag = tag;
        // It may be kept if it is asked about each time.
        headers.CacheControl = "private, no-cache";
        return EntityTag.IsKnown(call.Http.Request.Headers.IfNoneMatch, tag)
            ? new ApiReply(StatusCodes.Status304NotModified, null, default)
            : reply;
    }

    private async Task<ApiReply> CreateAsync(ApiCall call, ApiEndpoint endpoint)
    {
        var header = call.Http.Request.Headers[IdempotentCalls.Header];
        if (header.Count == 0) return await ActAsync(call, endpoint);
        if (header.Count > 1 || !IdempotentCalls.IsKey(header[0]))
            return await ApiReply.CaptureAsync(call.Http, Problem.BadIdempotencyKey);
        if (await ApiBody.BufferAsync(call.Http.Request) is not { } body)
            return await ApiReply.CaptureAsync(call.Http, Problem.TooLarge);
        return await idempotent.RunAsync(call, header[0]!, body, () => ActAsync(call, endpoint));
    }

    private static async Task<ApiReply> ChangeAsync(ApiCall call, ApiEndpoint endpoint)
    {
        var seen = call.Http.Request.Headers.IfMatch;
        if (seen.Count > 0)
        {
            // What a read of the same address says now is what is compared; one that cannot be read has no version.
            var now = endpoint.Read is null ? null : await ActAsync(call, endpoint.Read);
            if (now is { IsSuccess: false }) return now;
            if (now is null || TagOf(endpoint.Read!, now) is not { } tag || !EntityTag.IsUnchanged(seen, tag))
                return await ApiReply.CaptureAsync(call.Http, Problem.Changed);
        }

        return await ActAsync(call, endpoint);
    }

    private static string? TagOf(ApiEndpoint endpoint, ApiReply reply) =>
        reply.Status == StatusCodes.Status200OK && endpoint.Doc.Answers.GetValueOrDefault(reply.Status)?.Body is { } type
            ? EntityTag.Of(reply.Body.Span, type)
            : null;
}
