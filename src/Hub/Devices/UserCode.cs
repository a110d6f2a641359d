using System.Security.Cryptography;

namespace PrivateConnect.Hub.Devices;

/// <summary>
/// What a person types to name a machine that asks: 8 letters of RFC 8628's alphabet without vowels, so that it spells
/// nothing and no letter looks like a digit. 34.6 bits: a guesser with 5 tries a minute needs it for 10 minutes only.
/// </summary>
internal static class UserCode
{
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Letters = 8;

    /// <summary>Nobody types more than the letters and a few separators.</summary>
    private const int MaximumTyped = 32;

    /// <summary>A new one as it is shown: BCDF-GHJK.</summary>
    public static string Create()
    {
        var letters = RandomNumberGenerator.GetString(Alphabet, Letters);
        return $"{letters[..4]}-{letters[4..]}";
    }

    /// <summary>What was typed, as it is shown; null when it is no code. Case, spaces and dashes do not matter.</summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length > MaximumTyped) return null;
        var letters = string.Concat(typed.Where(c => c is not (' ' or '-')).Select(char.ToUpperInvariant));
        return letters.Length == Letters && letters.All(c => Alphabet.Contains(c)) ? $"{letters[..4]}-{letters[4..]}" : null;
    }
}
