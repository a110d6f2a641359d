using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Primitives;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// The ETag of a read: "stored.all". "all" is of every byte and decides If-None-Match; "stored" leaves out what is live
/// and decides If-Match, so that a counter that moved does not refuse a change.
/// </summary>
internal static class EntityTag
{
    // 64 bits tell versions of one thing apart; nobody gains by forging their own.
    private const int Digits = 16;

    public static string Of(ReadOnlySpan<byte> body, JsonTypeInfo type)
    {
        var all = Hash(body);
        var live = type.Properties
            .Where(member => member.AttributeProvider?.IsDefined(typeof(LiveAttribute), false) == true)
            .Select(member => member.Name)
            .ToList();
        if (live.Count == 0) return $"\"{all}.{all}\"";
        var stored = JsonNode.Parse(body)!.AsObject();
        foreach (var name in live) stored.Remove(name);
        return $"\"{Hash(System.Text.Encoding.UTF8.GetBytes(stored.ToJsonString()))}.{all}\"";
    }

    /// <summary>If-None-Match: the caller has these bytes already.</summary>
    public static bool IsKnown(StringValues ifNoneMatch, string tag) =>
        Tags(ifNoneMatch).Any(known => known == "*" || Strong(known) == tag);

    /// <summary>If-Match: what the caller saw is what is stored now. A weak tag never matches.</summary>
    public static bool IsUnchanged(StringValues ifMatch, string tag) =>
        Tags(ifMatch).Any(seen => seen == "*" || (seen.Length == tag.Length && Stored(seen) == Stored(tag)));

    private static IEnumerable<string> Tags(StringValues header) =>
        header.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries));

    private static string Strong(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    private static string Stored(string tag) => tag[..(1 + Digits)];

    private static string Hash(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, Digits / 2));
}
