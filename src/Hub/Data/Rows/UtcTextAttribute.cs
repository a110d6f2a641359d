using System.Globalization;
using LinqToDB;
using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>
/// A time column: PostgreSQL has a type for it; SQLite gets ISO 8601 text in UTC of one length, which sorts as the time does
/// and needs no date function around the column (that would hide it from its index).
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UtcTextAttribute : ValueConverterAttribute
{
    // Milliseconds: what both engines keep exactly.
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public UtcTextAttribute()
    {
        Configuration = ProviderName.SQLite;
        ValueConverter = new ValueConverter<DateTimeOffset, string>(time => Write(time), text => Read(text), false);
    }

    public static string Write(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public static DateTimeOffset Read(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
