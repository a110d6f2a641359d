using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Api.Reference;

/// <summary>
/// Writes the API's OpenAPI 3.1 document from what the endpoints declare, so it cannot say anything else than they do
/// (docs/decisions/0023).
/// </summary>
internal sealed partial class OpenApiDocument
{
    private const string Problems = "application/problem+json";
    private const string Json = "application/json";

    // To be read by people and compared by lines.
    private static readonly JsonSerializerOptions s_lines = new() { WriteIndented = true, NewLine = "\n" };

    private readonly OpenApiSchemas _schemas = new();

    public static byte[] Write(IEnumerable<ApiEndpoint> endpoints) =>
        JsonSerializer.SerializeToUtf8Bytes(new OpenApiDocument().Build(endpoints), s_lines);

    private JsonObject Build(IEnumerable<ApiEndpoint> endpoints)
    {
        var paths = new JsonObject();
        foreach (var same in endpoints.Where(IsPublic).GroupBy(endpoint => Path(endpoint.Pattern), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var operations = new JsonObject();
            foreach (var endpoint in same.OrderBy(endpoint => endpoint.Method, StringComparer.Ordinal))
                operations[endpoint.Method.ToLowerInvariant()] = Operation(endpoint);
            paths[same.Key] = operations;
        }

        _schemas.Reference(ApiJson.Default.ProblemDocument, isRequest: false);
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "PrivateConnect",
                ["version"] = "1",
                ["description"] = "How to authenticate, page, retry and follow events: docs/api.md.",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = _schemas.All(),
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["header"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-api-key" },
                },
            },
        };
    }

    // Pages for people are not part of what programs rely on.
    private static bool IsPublic(ApiEndpoint endpoint) =>
        endpoint.Pattern.StartsWith("/v1/", StringComparison.Ordinal) || endpoint.Pattern == "/health";

    private JsonObject Operation(ApiEndpoint endpoint)
    {
        var operation = new JsonObject
        {
            ["operationId"] = OperationId(endpoint),
            ["tags"] = new JsonArray(endpoint.Pattern.Split('/')[^1] == "health" ? "health" : endpoint.Pattern.Split('/')[2]),
            ["summary"] = endpoint.Doc.Summary,
            ["description"] = Needs(endpoint.Policy),
        };
        operation["security"] = endpoint.Policy.NeedsSecret
            ? new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject { ["header"] = new JsonArray() })
            : new JsonArray();
        var parameters = new JsonArray([.. OpenApiParameters.Of(endpoint)]);
        if (parameters.Count > 0) operation["parameters"] = parameters;
        if (endpoint.Doc.Body is { } body)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content(Json, _schemas.Reference(body, isRequest: true)),
            };
        }

        operation["responses"] = Responses(endpoint);
        return operation;
    }

    private JsonObject Responses(ApiEndpoint endpoint)
    {
        var responses = new SortedDictionary<int, JsonObject>();
        foreach (var (status, answer) in endpoint.Doc.Answers)
        {
            responses[status] = Response(status);
            if (answer is null) continue;
            var content = new JsonObject();
            foreach (var media in answer.MediaTypes)
                content[media] = new JsonObject { ["schema"] = Schema(answer) };
            responses[status]["content"] = content;
        }

        foreach (var status in OpenApiRefusals.Of(endpoint))
        {
            responses[status] = Response(status);
            if (status == StatusCodes.Status304NotModified) continue;
            responses[status]["content"] =
                Content(Problems, _schemas.Reference(ApiJson.Default.ProblemDocument, isRequest: false));
        }

        var all = new JsonObject();
        foreach (var (status, response) in responses) all[$"{status}"] = response;
        return all;
    }

    private JsonObject Schema(ApiAnswer answer) => answer.Body is { } type
        ? _schemas.Reference(type, isRequest: false)
        : new JsonObject { ["type"] = "string" };

    private static JsonObject Response(int status) =>
        new() { ["description"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status) };

    private static JsonObject Content(string media, JsonObject schema) =>
        new() { [media] = new JsonObject { ["schema"] = schema } };

    private static string Needs(ApiPolicy policy) => policy switch
    {
        { NeedsSecret: false } => "Needs no key.",
        { NeedsKey: false } => "Needs an API key or a one-time token.",
        { Scope: null } => $"Needs an API key; least role: {Auth.Roles.Word(policy.Least)}.",
        _ => $"Needs an API key with the scope {policy.Scope}; least role: {Auth.Roles.Word(policy.Least)}.",
    };

    // getAgentsById: the method and the words of the address.
    private static string OperationId(ApiEndpoint endpoint) => endpoint.Method.ToLowerInvariant() + string.Concat(
        Path(endpoint.Pattern).Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != "v1")
            .Select(part => part[0] == '{' ? "By-" + part.Trim('{', '}') : part)
            .SelectMany(part => part.Split('-', '.'))
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The address without what only routing needs (constraints, "the rest").</summary>
    internal static string Path(string pattern) => RouteParameter().Replace(pattern, "{$1}");

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex RouteParameter();
}
