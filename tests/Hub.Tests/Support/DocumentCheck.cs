using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>Holds answers against the API's own OpenAPI document: status, media type and every member of the body.</summary>
public sealed class DocumentCheck
{
    private readonly JsonElement _document;
    private readonly List<(Regex Path, JsonElement Operations)> _paths = [];

    public DocumentCheck(string document)
    {
        _document = JsonDocument.Parse(document).RootElement;
        // Addresses without parameters first, as routing has it.
        foreach (var path in _document.GetProperty("paths").EnumerateObject().OrderBy(path => path.Name.Count(c => c == '{')))
        {
            var pattern = "^" + Regex.Replace(Regex.Escape(path.Name), @"\\\{[^}]*\}", "[^/]+") + "$";
            _paths.Add((new Regex(pattern), path.Value));
        }
    }

    /// <summary>What is wrong with an answer, or null.</summary>
    public string? Fault(string method, string path, int status, string? mediaType, string body)
    {
        // What is streamed answers no HEAD.
        if (method == "HEAD" && status == 405) return null;
        if (method == "HEAD") (method, body) = ("GET", "");
        var query = path.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0) path = path[..query];
        var operations = _paths.Find(known => known.Path.IsMatch(path)).Operations;
        // Other addresses and methods are answered behind the document: 404, 405 and OPTIONS.
        if (operations.ValueKind != JsonValueKind.Object) return null;
        if (!operations.TryGetProperty(method.ToLowerInvariant(), out var operation)) return null;
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response))
            return $"status {status} is not documented";
        if (!response.TryGetProperty("content", out var content))
            return body.Length == 0 ? null : $"status {status} has an undocumented body";
        var media = mediaType?.Split(';')[0] ?? "";
        if (!content.TryGetProperty(media, out var documented)) return $"media type '{media}' of {status} is not documented";
        if (body.Length == 0 || !media.EndsWith("json", StringComparison.Ordinal)) return null;
        return Fault(JsonDocument.Parse(body).RootElement, documented.GetProperty("schema"), "$");
    }

    private string? Fault(JsonElement value, JsonElement schema, string place)
    {
        if (schema.ValueKind == JsonValueKind.True) return null;
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = reference.GetString()!["#/components/schemas/".Length..];
            return Fault(value, _document.GetProperty("components").GetProperty("schemas").GetProperty(name), place);
        }

        if (schema.TryGetProperty("anyOf", out var choices))
        {
            var faults = choices.EnumerateArray().Select(choice => Fault(value, choice, place)).ToList();
            return faults.Contains(null) ? null : faults[0];
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type))
            return $"{place} is {value.ValueKind}, not {type}";
        if (schema.TryGetProperty("enum", out var words)
            && !words.EnumerateArray().Any(word => word.ToString() == value.ToString()))
            return $"{place} is '{value}', not one of {words}";
        if (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time"
            && value.ValueKind == JsonValueKind.String && !value.TryGetDateTimeOffset(out _))
            return $"{place} is no time";
        return value.ValueKind switch
        {
            JsonValueKind.Object => FaultOfObject(value, schema, place),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) => value.EnumerateArray()
                .Select((one, i) => Fault(one, items, $"{place}[{i}]")).FirstOrDefault(fault => fault is not null),
            _ => null,
        };
    }

    private string? FaultOfObject(JsonElement value, JsonElement schema, string place)
    {
        // A schema without members is "any object".
        if (!schema.TryGetProperty("properties", out var members)) return null;
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
                if (!value.TryGetProperty(name.GetString()!, out _)) return $"{place}.{name} is missing";
        }

        foreach (var member in value.EnumerateObject())
        {
            if (!members.TryGetProperty(member.Name, out var known)) return $"{place}.{member.Name} is not documented";
            if (Fault(member.Value, known, $"{place}.{member.Name}") is { } fault) return fault;
        }

        return null;
    }

    private static bool IsOf(JsonElement value, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOf(value, one))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "null" => value.ValueKind == JsonValueKind.Null,
            var other => throw new NotSupportedException($"The check knows no type '{other}'."),
        };
}
