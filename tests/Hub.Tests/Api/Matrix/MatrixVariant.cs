namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>The same request said in another way; none of them may change who may do what.</summary>
internal sealed record MatrixVariant(string Name, string Query, Action<HttpRequestMessage, string> Authorize)
{
    public static IReadOnlyList<MatrixVariant> All { get; } =
    [
        new("plain", "", Bearer),
        new("other header", "", static (request, key) => request.Headers.TryAddWithoutValidation("x-api-key", key)),
        new("with a query", "?workspace=other&workspaceId=id-of-other&limit=3", Bearer),
        new("with conditions", "", static (request, key) =>
        {
            Bearer(request, key);
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        }),
        new("as somebody else", "", static (request, key) =>
        {
            Bearer(request, key);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
            request.Headers.TryAddWithoutValidation("X-HTTP-Method-Override", "GET");
            request.Headers.TryAddWithoutValidation("Cookie", "__Host-session=ps_0");
        }),
    ];

    private static void Bearer(HttpRequestMessage request, string key) =>
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
}
