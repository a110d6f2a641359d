using System.Globalization;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>Bits a second as people write them: 800k, 50M, 1.5G; k, M and G are thousands of each other.</summary>
internal static class BitRate
{
    public static long Parse(string text, string option)
    {
        var factor = text.Length == 0 ? 1 : char.ToLowerInvariant(text[^1]) switch
        {
            'k' => 1_000L,
            'm' => 1_000_000L,
            'g' => 1_000_000_000L,
            _ => 1L,
        };
        var digits = factor == 1 ? text : text[..^1];
        if (decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= ServiceShare.MaxRate && value * factor is >= ServiceShare.MinRate and <= ServiceShare.MaxRate)
        {
            return (long)(value * factor);
        }

        throw new AgentFailure(
            ExitCode.Usage, $"{option} '{text}': give bits a second from 64k to 1000G, for example 50M for 50,000,000");
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
