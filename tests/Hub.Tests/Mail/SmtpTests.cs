using MimeKit;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Mail;

/// <summary>Against a server that speaks SMTP on a socket.</summary>
public sealed class SmtpTests
{
    private static readonly MailMessage Letter = new("ada@example.org", "Hello", "first line\n\n.dot\nlast line");

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MailArrivesWholeOverStartTls()
    {
        await using var server = new SmtpServer { Login = "hub:s3cret" };
        await Transport(server, $"smtp://hub:s3cret@localhost:{server.Port}").SendAsync(Letter, Ended);
        var (text, tls) = Assert.Single(server.Mails);
        Assert.True(tls);
        var mail = await ReadAsync(text);
        Assert.Equal("ada@example.org", mail.To.Mailboxes.Single().Address);
        Assert.Equal("hub@example.org", mail.From.Mailboxes.Single().Address);
        Assert.Equal(("Hello", Letter.Text), (mail.Subject, mail.TextBody!.ReplaceLineEndings("\n").TrimEnd('\n')));
    }

    [Fact]
    public async Task MailArrivesOverTlsFromTheFirstByte()
    {
        await using var server = new SmtpServer { StartsInTls = true };
        await Transport(server, $"smtps://localhost:{server.Port}").SendAsync(Letter, Ended);
        Assert.True(Assert.Single(server.Mails).Tls);
    }

    [Fact]
    public async Task ServerOfThisMachineMayBePlain()
    {
        await using var server = new SmtpServer { OffersTls = false };
        await Transport(server, $"smtp://127.0.0.1:{server.Port}").SendAsync(Letter, Ended);
        Assert.False(Assert.Single(server.Mails).Tls);
    }

    [Fact]
    public async Task WrongPasswordIsSaidWithoutIt()
    {
        await using var server = new SmtpServer { Login = "hub:s3cret" };
        var failed = await Assert.ThrowsAsync<MailFailedException>(
            () => Transport(server, $"smtp://hub:wr0ng@localhost:{server.Port}").SendAsync(Letter, Ended));
        Assert.Contains("SMTP_URL", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", failed.Message, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task CertificateThatNobodyTrustsGetsNothing()
    {
        await using var server = new SmtpServer();
        var stranger = new SmtpTransport(
            SmtpAddress.Parse($"smtp://localhost:{server.Port}")!, MailboxAddress.Parse("hub@example.org"), null);
        var failed = await Assert.ThrowsAsync<MailFailedException>(() => stranger.SendAsync(Letter, Ended));
        Assert.Contains("does not trust", failed.Message, StringComparison.Ordinal);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task NobodyThereIsSaid()
    {
        int port;
        await using (var server = new SmtpServer()) port = server.Port;
        var failed = await Assert.ThrowsAsync<MailFailedException>(
            () => new SmtpTransport(SmtpAddress.Parse($"smtp://localhost:{port}")!,
                MailboxAddress.Parse("hub@example.org"), null).SendAsync(Letter, Ended));
        Assert.Contains($"localhost:{port} cannot be reached", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smtp://mail.example.org", "mail.example.org", 587, false, null, null, false)]
    [InlineData("smtps://mail.example.org", "mail.example.org", 465, true, null, null, false)]
    [InlineData("smtp://a%40b:p%3Aw%2F@h:2525/", "h", 2525, false, "a@b", "p:w/", false)]
    [InlineData("smtp://localhost", "localhost", 587, false, null, null, true)]
    [InlineData("smtp://[::1]:25", "::1", 25, false, null, null, true)]
    [InlineData("smtp://127.0.0.1", "127.0.0.1", 587, false, null, null, true)]
    [InlineData("smtps://localhost", "localhost", 465, true, null, null, false)]
    public void AddressIsTakenApart(
        string text, string host, int port, bool tls, string? user, string? password, bool plain)
    {
        var address = SmtpAddress.Parse(text)!;
        Assert.Equal(new SmtpAddress(host, port, tls, user, password), address);
        Assert.Equal(plain, address.MayBePlain);
        Assert.Equal($"{host}:{port}", address.ToString());
    }

    [Theory]
    [InlineData("mail.example.org")]
    [InlineData("http://mail.example.org")]
    [InlineData("smtp://")]
    [InlineData("smtp://user@host")]
    [InlineData("smtp://host/path")]
    [InlineData("smtp://host?tls=no")]
    [InlineData("smtp://host:99999")]
    public void OtherTextIsNoAddress(string text) => Assert.Null(SmtpAddress.Parse(text));

    private static SmtpTransport Transport(SmtpServer server, string url) => new(
        SmtpAddress.Parse(url)!, MailboxAddress.Parse("PrivateConnect <hub@example.org>"),
        (_, shown, _, _) => server.IsMine(shown));

    private static async Task<MimeMessage> ReadAsync(string text)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text.Replace("\n..", "\n.", StringComparison.Ordinal)));
        return await MimeMessage.LoadAsync(stream, Ended);
    }
}
