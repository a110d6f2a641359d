using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api;

/// <summary>An answer in memory, so that it can be tagged, remembered, or sent without its body.</summary>
internal sealed record ApiReply(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Runs a result against the response without sending anything; the response's headers stay set.</summary>
    public static Task<ApiReply> CaptureAsync(HttpContext http, IResult result) =>
        AnswerTurn.RunAsync(http, () => CaptureNowAsync(http, result));

    /// <summary>Sends it, if nobody answered before.</summary>
    public Task SendAsync(HttpContext http) => AnswerTurn.RunAsync(
        http,
        async () =>
        {
            await SendNowAsync(http);
            return true;
        });

    private static async Task<ApiReply> CaptureNowAsync(HttpContext http, IResult result)
    {
        var response = http.Response;
        var original = response.Body;
        using var buffer = new MemoryStream();
        response.Body = buffer;
        try
        {
            await result.ExecuteAsync(http);
        }
        finally
        {
            response.Body = original;
        }

        var reply = new ApiReply(response.StatusCode, response.ContentType, buffer.ToArray());
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = null;
        response.ContentLength = null;
        return reply;
    }

    private async Task SendNowAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        if (Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified) return;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(Body, http.RequestAborted);
    }
}
