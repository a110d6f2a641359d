using System.Net;

namespace PrivateConnect.Hub.Mail;

/// <summary>SMTP_URL, taken apart: smtp:// is STARTTLS, smtps:// is TLS from the first byte.</summary>
/// <param name="Host">The server.</param>
/// <param name="Port">Its port: 587 for smtp and 465 for smtps when not said.</param>
/// <param name="ImplicitTls">smtps.</param>
/// <param name="User">Who logs in there; null for nobody.</param>
/// <param name="Password">With which password.</param>
public sealed record SmtpAddress(string Host, int Port, bool ImplicitTls, string? User, string? Password)
{
    /// <summary>What a good value looks like.</summary>
    public const string Allowed = "smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465";

    /// <summary>Only a server on this machine may be spoken to in the clear: passwords and links pass.</summary>
    public bool MayBePlain => !ImplicitTls
        && (Host == "localhost" || (IPAddress.TryParse(Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <summary>Null when the text is no such address.</summary>
    public static SmtpAddress? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps")) return null;
        if (url.Host.Length == 0 || url.AbsolutePath is not ("" or "/") || url.Query.Length > 0) return null;
        var implicitTls = url.Scheme == "smtps";
        var parts = url.UserInfo.Split(':', 2);
        var user = parts[0].Length == 0 ? null : Uri.UnescapeDataString(parts[0]);
        var password = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : null;
        if (user is null != password is null) return null;
        var port = url.Port > 0 ? url.Port : implicitTls ? 465 : 587;
        return new SmtpAddress(url.IdnHost, port, implicitTls, user, password);
    }

    public override string ToString() => $"{Host}:{Port}";
}
