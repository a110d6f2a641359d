using System.Net;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

/// <summary>From the form to the mail server and back with the link.</summary>
public abstract class LoginMailTests(PostgresServer? server) : HubSuite(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SmtpServer _smtp = new() { Login = "hub:s3cret", Refusals = 1 };

    private LoginMail Mail => Hub.Get<LoginMail>();

    public override async ValueTask InitializeAsync()
    {
        await Engine.CreateAsync();
        var transport = new SmtpTransport(
            SmtpAddress.Parse($"smtp://hub:s3cret@localhost:{_smtp.Port}")!, MailboxAddress.Parse("hub@example.org"),
            (_, shown, _, _) => _smtp.IsMine(shown));
        Hub = await TestHub.StartAsync(Engine, _time, mail: transport);
        await Hub.NewMemberAsync(await Hub.DefaultWorkspaceAsync(), Role.Member, "ada@example.org");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _smtp.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task OnlyKnownPeopleGetMailAndTheAnswerDoesNotTell()
    {
        Assert.Equal(LoginMailAnswer.Asked, Mail.Ask("nobody@example.org", null));
        Assert.Equal(LoginMailAnswer.Asked, Mail.Ask(" Ada@Example.org ", null));
        // The server refused the first try for the moment: the second comes when its time has come.
        await Until.TrueAsync(() => Task.FromResult(!_smtp.Mails.IsEmpty), "the mail", () => _time.Advance(TimeSpan.FromSeconds(1)));
        var (text, tls) = Assert.Single(_smtp.Mails);
        Assert.True(tls);
        Assert.Contains("To: ada@example.org", text, StringComparison.Ordinal);
        using var raw = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        var link = Mailbox.TokenOf((await MimeMessage.LoadAsync(raw, Ended)).TextBody!);
        Assert.Equal("ada@example.org", await Hub.Links.PeekAsync(link, Ended));
        Assert.Equal("ada@example.org", (await Hub.Links.RedeemAsync(link, null, Ended)).Email);
        Assert.Null(await Hub.Links.PeekAsync(link, Ended));
    }

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("nobody@example.org")]
    public void AddressIsAskedForFiveTimesInTenMinutesFromWhereverItComes(string email)
    {
        for (var ask = 0; ask < 5; ask++)
            Assert.Equal(LoginMailAnswer.Asked, Mail.Ask(email, new IPAddress([192, 0, (byte)ask, 1])));
        Assert.Equal(LoginMailAnswer.TooMany, Mail.Ask(email, IPAddress.Parse("198.51.100.1")));
        _time.Advance(MailLimits.Window);
        Assert.Equal(LoginMailAnswer.Asked, Mail.Ask(email, null));
    }

    [Fact]
    public void SourceAsksTwentyTimesInTenMinutesForWhomever()
    {
        for (var ask = 0; ask < 20; ask++)
            Assert.Equal(LoginMailAnswer.Asked, Mail.Ask($"p{ask}@example.org", IPAddress.Parse($"192.0.2.{ask}")));
        Assert.Equal(LoginMailAnswer.TooMany, Mail.Ask("q@example.org", IPAddress.Parse("192.0.2.77")));
        Assert.Equal(LoginMailAnswer.Asked, Mail.Ask("q@example.org", IPAddress.Parse("192.0.3.77")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a@b\r\nBcc: c@d")]
    public void TextThatIsNoAddressIsSaid(string? email) => Assert.Equal(LoginMailAnswer.BadEmail, Mail.Ask(email, null));

    [Fact]
    public async Task HubWithoutMailSaysSo()
    {
        await using var quiet = await TestHub.StartAsync(Engine, _time);
        Assert.Equal(LoginMailAnswer.NoMail, quiet.Get<LoginMail>().Ask("ada@example.org", null));
    }
}

public sealed class LoginMailTestsOnSqlite() : LoginMailTests(null);

public sealed class LoginMailTestsOnPostgres(PostgresServer server) : LoginMailTests(server);
