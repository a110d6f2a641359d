using System.Text.Json.Nodes;

namespace PrivateConnect.Hub.Api.Reference;

/// <summary>The parameters of an endpoint: what it declares and what follows from its kind.</summary>
internal static class OpenApiParameters
{
    public static IEnumerable<JsonNode> Of(ApiEndpoint endpoint)
    {
        foreach (var name in PathNames(endpoint))
        {
            var told = endpoint.Doc.Parameters.Find(other => other.Place == ApiPlace.Path && other.Name == name);
            yield return Write(told ?? new ApiParameter(name, ApiPlace.Path, $"The {name}."));
        }

        foreach (var parameter in endpoint.Doc.Parameters.Where(parameter => parameter.Place != ApiPlace.Path))
            yield return Write(parameter);
        foreach (var parameter in Usual(endpoint)) yield return Write(parameter);
    }

    public static IEnumerable<string> PathNames(ApiEndpoint endpoint) =>
        OpenApiDocument.Path(endpoint.Pattern).Split('/')
            .Where(part => part.StartsWith('{'))
            .Select(part => part.Trim('{', '}'));

    private static IEnumerable<ApiParameter> Usual(ApiEndpoint endpoint)
    {
        if (endpoint.Doc.IsPaged)
        {
            yield return new("limit", ApiPlace.Query, $"How many, 1 to {Paging.MaximumLimit}.", "integer");
            yield return new("cursor", ApiPlace.Query, "What the page before gave as \"next\".");
        }

        if (endpoint is { Method: "GET", Doc.IsStreamed: false })
            yield return new("If-None-Match", ApiPlace.Header, "An ETag: answers 304 if nothing is new.");
        if (OpenApiRefusals.IsConditional(endpoint))
        {
            yield return new("If-Match", ApiPlace.Header,
                "The ETag of what was read: answers 412 if something else is stored now.");
        }

        if (OpenApiRefusals.IsIdempotent(endpoint))
        {
            yield return new(IdempotentCalls.Header, ApiPlace.Header,
                "Repeating the call with the same key within 24 h gets the first answer and makes nothing new.");
        }

        yield return new(RequestId.Header, ApiPlace.Header, "A name for this request; else the hub makes one.");
    }

    private static JsonObject Write(ApiParameter parameter)
    {
        var schema = new JsonObject { ["type"] = parameter.Type };
        if (parameter.Values.Count > 0)
            schema["enum"] = new JsonArray([.. parameter.Values.Select(value => (JsonNode)value)]);
        var written = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = parameter.Place.ToString().ToLowerInvariant(),
            ["description"] = parameter.Description,
            ["schema"] = schema,
        };
        if (parameter.Place == ApiPlace.Path) written["required"] = true;
        return written;
    }
}
