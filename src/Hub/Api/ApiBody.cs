using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api;

/// <summary>Reads a JSON body within its bounds: a value, or the problem to answer with.</summary>
internal static class ApiBody
{
    /// <summary>
    /// The largest body an endpoint has a use for is a few hundred bytes; this leaves room and still is no load.
    /// </summary>
    public const int MaximumBytes = 256 * 1024;

    /// <summary>Our bodies are one level deep; a parser must not be led deeper than this.</summary>
    public const int MaximumDepth = 16;

    // Most bodies fit; a larger one doubles it up to the bound.
    private const int FirstBytes = 4 * 1024;

    public static async Task<(T? Value, IResult? Problem)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (!request.HasJsonContentType()) return (null, Problem.NotJson);
        if (request.ContentLength > MaximumBytes) return (null, Problem.TooLarge);
        if (await ReadBytesAsync(request) is not { } body) return (null, Problem.TooLarge);
        try
        {
            var value = JsonSerializer.Deserialize(body.Span, type);
            return value is null ? (null, BadJson("it is null")) : (value, null);
        }
        catch (JsonException bad)
        {
            return (null, BadJson(Reason(bad)));
        }
    }

    /// <summary>Reads the whole body and puts it back for the endpoint; null when it is too large.</summary>
    public static async Task<ReadOnlyMemory<byte>?> BufferAsync(HttpRequest request)
    {
        if (request.ContentLength > MaximumBytes || await ReadBytesAsync(request) is not { } body) return null;
        request.Body = new MemoryStream(body.ToArray());
        return body;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request)
    {
        var buffer = new byte[FirstBytes];
        var length = 0;
        while (true)
        {
            var read = await ReadAsync(request, buffer.AsMemory(length));
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
            if (length > MaximumBytes) return null;
            // One byte past the bound is enough to know that the body is too large.
            if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaximumBytes + 1));
        }
    }

    private static async Task<int> ReadAsync(HttpRequest request, Memory<byte> buffer)
    {
        try
        {
            return await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted);
        }
        catch (IOException gone) when (gone is not BadHttpRequestException)
        {
            // The caller's reset: behind this no IOException is any but the database's.
            throw new BadHttpRequestException("The body ended early.", gone);
        }
    }

    private static IResult BadJson(string why) => Problem.BadRequest("bad_body", $"The body cannot be used: {why}.");

    // The place, not the parser's sentence: that one names types of ours.
    private static string Reason(JsonException bad) =>
        bad.LineNumber is { } line
            ? $"JSON that does not fit at line {line + 1}, byte {bad.BytePositionInLine + 1}"
                + (bad.Path is { Length: > 1 and < 100 } path ? $" ({path})" : "")
            : "a member is missing, unknown or of another kind";
}
