using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using PrivateConnect.Hub.Mail;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>Keeps what is mailed.</summary>
internal sealed partial class Mailbox : IMailTransport
{
    private readonly ConcurrentQueue<MailMessage> _mails = new();

    public int Count => _mails.Count;

    public Task SendAsync(MailMessage mail, CancellationToken ct)
    {
        _mails.Enqueue(mail);
        return Task.CompletedTask;
    }

    /// <summary>Path and query of the link in the next mail.</summary>
    public async Task<string> LinkAsync()
    {
        MailMessage? mail = null;
        await Door.Wait.UntilAsync(() => _mails.TryDequeue(out mail));
        return PathOf(mail!.Text);
    }

    public static string PathOf(string text) => Link().Match(text).Groups[1].Value;

    [GeneratedRegex(@"http://localhost:3000(/[a-z]+\?token=p[a-z]_[0-9a-f]{64})")]
    private static partial Regex Link();
}
