using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api.Reference;

/// <summary>The API's document, and the page that shows it to people: nothing of it comes from elsewhere.</summary>
internal static class ReferenceApi
{
    private const string Script = "/docs/scalar-2.19.0.js";

    // Nothing that would ask another machine: fonts, counters, assistants.
    private const string PageText = $$$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>PrivateConnect API</title>
        </head>
        <body>
        <script id="api-reference" type="application/json" data-url="/v1/openapi.json"
          data-configuration='{"withDefaultFonts":false,"telemetry":false,"hideClientButton":true,
            "agent":{"disabled":true},"mcp":{"disabled":true}}'></script>
        <script src="{{{Script}}}"></script>
        </body>
        </html>
        """;

    public static void Map(ApiRoutes routes)
    {
        // Made when somebody asks: by then all endpoints are mapped.
        var document = new Lazy<byte[]>(() => OpenApiDocument.Write(routes.Endpoints));
        routes.Map("GET", "/v1/openapi.json", ApiPolicy.Open,
            ApiDoc.Of("Describes this API as an OpenAPI 3.1 document.").Gives(200, ApiJson.Default.JsonObject),
            _ => Task.FromResult(Results.Bytes(document.Value, "application/json")));
        routes.Map("GET", "/docs", ApiPolicy.Open, ApiDoc.Of("Shows this API to people.").Streams("text/html"), Page);
        routes.Map("GET", Script, ApiPolicy.Open, ApiDoc.Of("The page's script.").Streams("text/javascript"), ScriptOf);
    }

    private static Task<IResult> Page(ApiCall call)
    {
        var headers = call.Http.Response.Headers;
        // The script makes style elements and attributes of its own; no code runs but that script.
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return Task.FromResult(Results.Text(PageText, "text/html; charset=utf-8"));
    }

    private static Task<IResult> ScriptOf(ApiCall call)
    {
        var response = call.Http.Response;
        // The address carries the version.
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept-Encoding";
        var packed = typeof(Scalar.AspNetCore.ScalarOptions).Assembly
            .GetManifestResourceStream("ScalarStaticAssets.scalar.js")
            ?? throw new InvalidOperationException("The package of the reference page holds no script.");
        if (call.Http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
            response.Headers.ContentEncoding = "gzip";
        else
            packed = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress);
        return Task.FromResult(Results.Stream(packed, "text/javascript; charset=utf-8"));
    }
}
