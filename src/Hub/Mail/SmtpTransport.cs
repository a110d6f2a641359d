using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace PrivateConnect.Hub.Mail;

/// <summary>An SMTP server, one connection for each mail.</summary>
/// <param name="server">Where.</param>
/// <param name="from">The sender.</param>
/// <param name="certificates">Judges the server's certificate; null for the machine's own trust.</param>
internal sealed class SmtpTransport(
    SmtpAddress server, MailboxAddress from, RemoteCertificateValidationCallback? certificates) : IMailTransport
{
    // For each step of the talk.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task SendAsync(MailMessage mail, CancellationToken ct)
    {
        using var message = new MimeMessage(
            [from], [new MailboxAddress("", mail.To)], mail.Subject, new TextPart("plain") { Text = mail.Text });
        using var client = new SmtpClient
        {
            Timeout = (int)Patience.TotalMilliseconds,
            ServerCertificateValidationCallback = certificates,
            // A hub behind a firewall may reach the mail server and no revocation list.
            CheckCertificateRevocation = false,
        };
        try
        {
            await client.ConnectAsync(server.Host, server.Port, Security(), ct);
            if (server is { User: { } user, Password: { } password }) await client.AuthenticateAsync(user, password, ct);
            await client.SendAsync(message, ct);
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception failure) when (Reason(failure) is { } reason)
        {
            throw new MailFailedException($"the mail server {server} {reason}", failure);
        }
    }

    private SecureSocketOptions Security() => server.ImplicitTls
        ? SecureSocketOptions.SslOnConnect
        : server.MayBePlain ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls;

    // What servers say may repeat a mail; only codes are told.
    private static string? Reason(Exception failure) => failure switch
    {
        SslHandshakeException => "has a certificate that this machine does not trust",
        MailKit.Security.AuthenticationException => "refused the user or the password of SMTP_URL",
        SmtpCommandException command => $"refused the mail ({(int)command.StatusCode}, {command.ErrorCode})",
        NotSupportedException => "offers no STARTTLS or no way to log in; use smtps:// or another server",
        ProtocolException => "does not speak SMTP as expected",
        SocketException socket => $"cannot be reached ({socket.SocketErrorCode})",
        TimeoutException => "did not answer in time",
        IOException or ServiceNotConnectedException => "ended the connection",
        _ => null,
    };
}
