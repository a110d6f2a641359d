using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using PrivateConnect.Hub.Mail;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>Keeps what is mailed.</summary>
internal sealed partial class Mailbox : IMailTransport
{
    public ConcurrentQueue<MailMessage> Mails { get; } = new();

    public Task SendAsync(MailMessage mail, CancellationToken ct)
    {
        Mails.Enqueue(mail);
        return Task.CompletedTask;
    }

    /// <summary>The secret in the link of the next mail.</summary>
    public async Task<string> TokenAsync()
    {
        MailMessage? mail = null;
        await Until.TrueAsync(() => Task.FromResult(Mails.TryDequeue(out mail)), "a mail");
        return TokenOf(mail!.Text);
    }

    public static string TokenOf(string text) => Link().Match(text).Groups[1].Value;

    [GeneratedRegex(@"\?token=(p[a-z]_[0-9a-f]{64})")]
    private static partial Regex Link();
}
