using System.Net;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>An answer as bytes that can be compared: without what differs by nature (date, what is left of a quota).</summary>
internal sealed record MatrixReply(HttpStatusCode Status, string Headers, string Body, string? MediaType)
{
    private static readonly string[] s_changing = ["Date", "RateLimit"];

    public static async Task<MatrixReply> ReadAsync(HttpResponseMessage response, bool withBody, CancellationToken ct)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => !s_changing.Contains(header.Key))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        return new MatrixReply(
            response.StatusCode, string.Join('\n', headers), withBody ? await response.Content.ReadAsStringAsync(ct) : "",
            response.Content.Headers.ContentType?.ToString());
    }

    public bool Says(string code) => Body.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal);
}
