using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public abstract class LoginTests(PostgresServer? server) : HubSuite(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public override async ValueTask InitializeAsync()
    {
        await Engine.CreateAsync();
        Hub = await TestHub.StartAsync(Engine, _time);
    }

    [Fact]
    public async Task NewerSetUpLinkKillsTheOlder()
    {
        var older = Hub.Start.SetupToken!;
        var newer = (await Hub.Links.CreateSetupAsync(Ended))!;
        Assert.Equal(LoginFailure.BadLink, (await Hub.Links.RedeemAsync(older, "a@b", Ended)).Failure);
        Assert.False(await Hub.Links.IsSetupAsync(older, Ended));
        Assert.True(await Hub.Links.IsSetupAsync(newer, Ended));
        Assert.Equal(LoginFailure.None, (await Hub.Links.RedeemAsync(newer, "a@b", Ended)).Failure);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("@b")]
    [InlineData("a@")]
    [InlineData("a@b@c")]
    [InlineData("a b@c")]
    [InlineData("a\0@b")]
    [InlineData("a@b\r\nBcc: c@d")]
    public async Task BadAddressDoesNotSpendTheSetUpLink(string? email)
    {
        var link = Hub.Start.SetupToken!;
        Assert.Equal(LoginFailure.BadEmail, (await Hub.Links.RedeemAsync(link, email, Ended)).Failure);
        Assert.True(await Hub.Links.IsSetupAsync(link, Ended));
    }

    [Fact]
    public async Task SetUpLinkLivesUntilItIsUsed()
    {
        _time.Advance(TimeSpan.FromDays(30));
        Assert.NotNull((await Hub.Links.RedeemAsync(Hub.Start.SetupToken!, "a@b", Ended)).UserId);
        await using var restarted = await TestHub.StartAsync(Engine, _time);
        Assert.Null(restarted.Start.SetupToken);
    }

    [Fact]
    public async Task LoginLinkLivesFifteenMinutesAndTheNewerKillsTheOlder()
    {
        await SetUpAsync();
        var older = (await Hub.Links.CreateForAsync("a@b", LoginLinks.LinkLife, Ended))!;
        var newer = (await Hub.Links.CreateForAsync("a@b", LoginLinks.LinkLife, Ended))!;
        Assert.Equal(LoginFailure.BadLink, (await Hub.Links.RedeemAsync(older, null, Ended)).Failure);
        _time.Advance(LoginLinks.LinkLife);
        Assert.Equal(LoginFailure.BadLink, (await Hub.Links.RedeemAsync(newer, null, Ended)).Failure);
        Assert.Null(await Hub.Links.CreateForAsync("stranger@b", LoginLinks.LinkLife, Ended));
    }

    [Fact]
    public async Task GarbageIsNoLinkAndNoSession()
    {
        foreach (var text in (string[])["", "pl_", $"pl_{new string('0', 64)}", "' OR 1=1 --", "\0"])
        {
            Assert.Equal(LoginFailure.BadLink, (await Hub.Links.RedeemAsync(text, "a@b", Ended)).Failure);
            Assert.Null(await Hub.Sessions.FindAsync(text, Ended));
            await Hub.Sessions.EndAsync(text, "", Ended);
        }
    }

    [Fact]
    public async Task SessionEndsTwelveHoursAfterItsLastUse()
    {
        var cookie = await Hub.Sessions.CreateAsync(await SetUpAsync(), "127.0.0.1", "test", Ended);
        for (var use = 0; use < 3; use++)
        {
            _time.Advance(AuthSessions.IdleLife - TimeSpan.FromMinutes(1));
            Assert.NotNull(await Hub.Sessions.FindAsync(cookie, Ended));
        }

        _time.Advance(AuthSessions.IdleLife);
        Assert.Null(await Hub.Sessions.FindAsync(cookie, Ended));
    }

    [Fact]
    public async Task SessionEndsSevenDaysAfterTheLogInHoweverMuchItIsUsed()
    {
        var cookie = await Hub.Sessions.CreateAsync(await SetUpAsync(), "127.0.0.1", "test", Ended);
        for (var hour = 0; hour < 7 * 24 - 1; hour += 6)
        {
            Assert.NotNull(await Hub.Sessions.FindAsync(cookie, Ended));
            _time.Advance(TimeSpan.FromHours(6));
        }

        Assert.Null(await Hub.Sessions.FindAsync(cookie, Ended));
    }

    [Fact]
    public async Task LoggedOutIsOut()
    {
        var user = await SetUpAsync();
        var cookie = await Hub.Sessions.CreateAsync(user, "127.0.0.1", "test", Ended);
        var other = await Hub.Sessions.CreateAsync(user, "127.0.0.1", "test", Ended);
        await Hub.Sessions.EndAsync(cookie, "192.0.2.1", Ended);
        await Hub.Sessions.EndAsync(cookie, "192.0.2.1", Ended);
        Assert.Null(await Hub.Sessions.FindAsync(cookie, Ended));
        Assert.NotNull(await Hub.Sessions.FindAsync(other, Ended));
        Assert.Equal(
            [($"user {user}", "192.0.2.1")], (await AuditAsync("session.end")).Select(line => (line.Actor, line.Address)));
    }

    [Fact]
    public async Task EnrolmentTokensAreTold()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        var by = new Requester(workspace, Role.Member, null, "key k", "192.0.2.1");
        await Hub.Tokens.CreateAsync(by, TimeSpan.FromHours(1), true, Ended);
        Assert.Equal(
            [("key k", "192.0.2.1", "ephemeral")],
            (await AuditAsync("enrolment-token.make")).Select(line => (line.Actor, line.Address, line.Object)));
    }

    [Fact]
    public async Task LinksThatAreNotValidAreTold()
    {
        await Hub.Links.RedeemAsync($"pl_{new string('0', 64)}", null, "192.0.2.1", Ended);
        await Until.TrueAsync(
            async () => (await AuditAsync("user.login")).Any(line => line.Address == "192.0.2.1"), "the refusal is written");
    }

    private async Task<List<AuditEventRow>> AuditAsync(string act)
    {
        await using var db = Hub.Database.Connect();
        return await db.AuditEvents.Where(line => line.Act == act).ToListAsync(Ended);
    }

    private async Task<string> SetUpAsync() =>
        (await Hub.Links.RedeemAsync(Hub.Start.SetupToken!, "a@b", Ended)).UserId!;
}

public sealed class LoginTestsOnSqlite() : LoginTests(null);

public sealed class LoginTestsOnPostgres(PostgresServer server) : LoginTests(server);
