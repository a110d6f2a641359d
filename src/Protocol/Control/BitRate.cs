using System.Globalization;

namespace PrivateConnect.Protocol.Control;

/// <summary>Bits a second as people write them: 800k, 50M, 1.5G; k, M and G are thousands of each other.</summary>
public static class BitRate
{
    /// <summary>What is taken, for refusals.</summary>
    public const string Allowed = "bits a second from 64k to 1000G, for example 50M for 50,000,000";

    private static readonly (string Letter, long Factor)[] s_units = [("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000)];

    /// <summary>Null when it is no rate within a share's bounds.</summary>
    public static long? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (letter, factor) = s_units.FirstOrDefault(unit => text.EndsWith(unit.Letter, StringComparison.OrdinalIgnoreCase), ("", 1));
        return decimal.TryParse(text[..^letter.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= ServiceShare.MaxRate && value * factor is >= ServiceShare.MinRate and <= ServiceShare.MaxRate
            ? (long)(value * factor)
            : null;
    }

    /// <summary>What <see cref="Parse"/> reads back: 50000000 → 50M.</summary>
    public static string Text(long bitsPerSecond)
    {
        var (letter, factor) = s_units.FirstOrDefault(unit => bitsPerSecond % unit.Factor == 0, ("", 1));
        return Invariant($"{bitsPerSecond / factor}{letter}");
    }

    /// <summary>50000000 → 50 Mbit/s.</summary>
    public static string Words(double bitsPerSecond) => bitsPerSecond switch
    {
        >= 1e9 => Invariant($"{bitsPerSecond / 1e9:0.##} Gbit/s"),
        >= 1e6 => Invariant($"{bitsPerSecond / 1e6:0.##} Mbit/s"),
        >= 1e3 => Invariant($"{bitsPerSecond / 1e3:0.##} kbit/s"),
        _ => Invariant($"{bitsPerSecond:0} bit/s"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
