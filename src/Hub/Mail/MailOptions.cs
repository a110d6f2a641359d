using MimeKit;

namespace PrivateConnect.Hub.Mail;

/// <summary>How this hub sends mail, checked at the start. Resend goes before SMTP.</summary>
/// <param name="From">EMAIL_FROM.</param>
/// <param name="ResendKey">RESEND_API_KEY.</param>
/// <param name="Smtp">SMTP_URL.</param>
public sealed record MailOptions(string From, string? ResendKey, SmtpAddress? Smtp)
{
    /// <summary>A sender as mail programs write it: an address, or a name and an address in angle brackets.</summary>
    public static bool IsSender(string text) =>
        MailboxAddress.TryParse(text, out var sender) && Auth.EmailAddress.Normalize(sender.Address) is not null;

    /// <summary>
    /// Null where there is no way: people log in by links that the hub's operator makes. Outside production the
    /// terminal is a way.
    /// </summary>
    internal static IMailTransport? Transport(HubOptions options, TextWriter terminal) => options.Mail switch
    {
        { ResendKey: { } key } mail => new ResendTransport(key, mail.From, ResendTransport.DefaultServer),
        { Smtp: { } server } mail => new SmtpTransport(server, MailboxAddress.Parse(mail.From), null),
        _ => options.Development ? new TerminalTransport(terminal) : null,
    };
}
