namespace PrivateConnect.Hub.Auth;

/// <summary>Ids are made by the hub, never taken from a caller: UUID version 7, so that they sort by age.</summary>
internal static class Ids
{
    /// <summary>
    /// Whether a text from outside may be one; anything else does not reach the database (a zero byte stops PostgreSQL).
    /// </summary>
    public static bool IsOne(string? text) => Guid.TryParseExact(text, "D", out _);

    /// <summary>Behind every id.</summary>
    public const string Last = "~";

    public static string New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("D");

    /// <summary>When an id was made: the first 48 bits of a UUID v7 are milliseconds since 1970.</summary>
    public static DateTimeOffset MadeAt(string id) => DateTimeOffset.FromUnixTimeMilliseconds(
        Convert.ToInt64(Guid.ParseExact(id, "D").ToString("N")[..12], 16));
}
