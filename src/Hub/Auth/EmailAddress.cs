namespace PrivateConnect.Hub.Auth;

/// <summary>
/// An address as a name for a person: something @ something, no spaces or control characters, in lower case. Whether mail
/// arrives there is for the mail to show.
/// </summary>
internal static class EmailAddress
{
    // RFC 5321: 254 is the longest path a mail server must take.
    private const int MaximumLength = 254;

    public static string? Normalize(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > MaximumLength) return null;
        var at = text.IndexOf('@');
        if (at < 1 || at == text.Length - 1 || text.LastIndexOf('@') != at) return null;
        foreach (var c in text)
            if (!char.IsAscii(c) || char.IsControl(c) || c is ' ' or '<' or '>' or '"' or ',' or ';' or '\\') return null;
        return text.ToLowerInvariant();
    }
}
