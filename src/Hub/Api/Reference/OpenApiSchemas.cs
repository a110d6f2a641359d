using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace PrivateConnect.Hub.Api.Reference;

/// <summary>
/// The schemas of all bodies, each type once by its name. A request's says that it takes no further members; an answer's
/// does not: members may be added to answers.
/// </summary>
internal sealed class OpenApiSchemas
{
    private readonly SortedDictionary<string, (Type Type, JsonNode? Schema)> _all = new(StringComparer.Ordinal);

    public JsonObject All() => new(_all.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Schema)));

    /// <exception cref="InvalidOperationException">Two types have the same name.</exception>
    public JsonObject Reference(JsonTypeInfo type, bool isRequest)
    {
        var name = type.Type.Name;
        if (_all.TryGetValue(name, out var known))
        {
            if (known.Type != type.Type)
                throw new InvalidOperationException($"Two types of the API are called {name}; rename one.");
        }
        else
        {
            // Taken before it is written: a type may hold itself.
            _all[name] = (type.Type, null);
            _all[name] = (type.Type, Write(type, isRequest));
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
    }

    private JsonNode Write(JsonTypeInfo type, bool isRequest) => JsonSchemaExporter.GetJsonSchemaAsNode(
        type,
        new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) =>
            {
                if (!isRequest && schema is JsonObject answer) answer.Remove("additionalProperties");
                if (context.Path.Length == 0 || context.TypeInfo.Kind != JsonTypeInfoKind.Object) return schema;
                var reference = Reference(context.TypeInfo, isRequest);
                var nullable = schema is JsonObject known && known["type"] is JsonArray types
                    && types.Any(one => one?.GetValue<string>() == "null");
                return nullable
                    ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) }
                    : reference;
            },
        });
}
