using System.Globalization;

namespace PrivateConnect.Web.Live;

/// <summary>Numbers as people read them; decimal units, three digits.</summary>
internal static class Format
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 999.5 && unit < Units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        var digits = unit == 0 || bytes >= 99.5 ? "0" : bytes >= 9.95 ? "0.0" : "0.00";
        return $"{bytes.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    public static string Rate(double bytesPerSecond) => $"{Bytes(bytesPerSecond < 0.5 ? 0 : bytesPerSecond)}/s";

    /// <summary>Bits a second, as limits are written.</summary>
    public static string Bits(long bitsPerSecond) => bitsPerSecond switch
    {
        >= 1_000_000_000 => $"{(bitsPerSecond / 1e9).ToString("0.##", CultureInfo.InvariantCulture)} Gbit/s",
        >= 1_000_000 => $"{(bitsPerSecond / 1e6).ToString("0.##", CultureInfo.InvariantCulture)} Mbit/s",
        _ => $"{(bitsPerSecond / 1e3).ToString("0.##", CultureInfo.InvariantCulture)} kbit/s",
    };

    /// <summary>Memory, in powers of two.</summary>
    public static string Size(long bytes) => bytes >= 1024 * 1024
        ? $"{(bytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture)} MiB"
        : $"{bytes / 1024} KiB";

    public static string RoundTrip(TimeSpan? time) => time is not { } t
        ? "–"
        : t.TotalMilliseconds < 10
            ? $"{t.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms"
            : $"{t.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms";

    /// <summary>Processor time in one second, as a share of one processor.</summary>
    public static string Processor(double share, int processors) =>
        $"{(share * 100).ToString(share < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture)} % of one processor, of {Count(processors)}";

    /// <summary>A day of the calendar.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A minute of a day.</summary>
    public static string Moment(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A second of a day.</summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A count, grouped.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A count with what it counts, a word that takes an "s" for many.</summary>
    public static string Count(long value, string what) => value == 1 ? $"1 {what}" : $"{Count(value)} {what}s";

    /// <summary>A count that is an estimate: two digits, so that it does not flicker.</summary>
    public static string About(long value)
    {
        var unit = 1L;
        while (value / unit >= 100)
            unit *= 10;
        return Count(value / unit * unit);
    }

    /// <summary>How long, coarse enough that the text changes rarely.</summary>
    public static string Since(TimeSpan age) => age switch
    {
        { TotalSeconds: < 60 } => "under 1 min",
        { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)age.TotalHours} h",
        _ => $"{(int)age.TotalDays} days",
    };
}
