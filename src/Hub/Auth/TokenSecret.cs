using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Secrets the hub gives out: a prefix that says what it is, then random hexadecimal. Shown once; only the SHA-256 is
/// kept, which is enough because at least 192 random bits cannot be guessed from it.
/// </summary>
internal static class TokenSecret
{
    public const string ApiKeyPrefix = "pc_";
    public const string EnrolmentPrefix = "pe_";
    public const string InvitationPrefix = "pi_";
    public const string LinkPrefix = "pl_";
    public const string SessionPrefix = "ps_";
    public const string SharePrefix = "pd_";

    /// <summary>48 hexadecimal digits: short enough to type, 192 bits.</summary>
    public const int KeyBytes = 24;

    /// <summary>64 hexadecimal digits for what only programs carry: 256 bits.</summary>
    public const int LongBytes = 32;

    public static string Create(string prefix, int bytes) =>
        string.Concat(prefix, RandomNumberGenerator.GetHexString(bytes * 2, lowercase: true));

    public static bool HasShape(string? text, string prefix, int bytes)
    {
        if (text is null || text.Length != prefix.Length + bytes * 2) return false;
        if (!text.StartsWith(prefix, StringComparison.Ordinal)) return false;
        foreach (var c in text.AsSpan(prefix.Length))
            if (!char.IsAsciiHexDigit(c)) return false;
        return true;
    }

    public static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
