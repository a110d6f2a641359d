namespace PrivateConnect.Hub.Mail;

/// <summary>Where there is no mail and no production: the hub's own terminal, never the log.</summary>
internal sealed class TerminalTransport(TextWriter terminal) : IMailTransport
{
    public async Task SendAsync(MailMessage mail, CancellationToken ct)
    {
        await terminal.WriteLineAsync($"\nMail to {mail.To} (this hub has no mail): {mail.Subject}\n\n{mail.Text}\n");
        await terminal.FlushAsync(ct);
    }
}
