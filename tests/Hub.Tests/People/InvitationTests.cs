using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.People;

public abstract class InvitationTests(PostgresServer? server) : HubSuite(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Mailbox _mailbox = new();
    private string _workspace = "";
    private Requester _owner = null!;

    private Invitations Invitations => Hub.Get<Invitations>();

    private Acceptance Acceptance => Hub.Get<Acceptance>();

    public override async ValueTask InitializeAsync()
    {
        await Engine.CreateAsync();
        Hub = await TestHub.StartAsync(Engine, _time, mail: _mailbox);
        _workspace = await Hub.DefaultWorkspaceAsync();
        _owner = await Hub.NewMemberAsync(_workspace, Role.Owner, "owner@example.org");
    }

    [Fact]
    public async Task NewPersonJoinsInTheNamedRole()
    {
        var changes = new List<MembershipChange>();
        Hub.Get<MemberDirectory>().Changed += changes.Add;
        var token = await LinkAsync("Ada@Example.org", Role.Admin);
        for (var look = 0; look < 3; look++)
            Assert.Equal(new OpenInvitation("default", "ada@example.org", Role.Admin), await Acceptance.PeekAsync(token, Ended));
        var joined = (await Acceptance.AcceptAsync(token, null, "192.0.2.1", Ended)).Value!;
        var member = (await Hub.Get<MemberDirectory>().FindAsync(_workspace, joined.UserId, Ended))!;
        Assert.Equal(("ada@example.org", Role.Admin), (member.Email, member.Role));
        Assert.Equal(new MembershipChange(_workspace, joined.UserId, Role.Admin), Assert.Single(changes));
        await RefusedAsync(token, null, PeopleFailure.BadLink);
    }

    [Fact]
    public async Task LinkNeverLogsAKnownPersonIn()
    {
        var other = await Hub.NewWorkspaceAsync("other");
        var ada = await Hub.NewMemberAsync(other, Role.Owner, "ada@example.org");
        var token = await LinkAsync("ada@example.org", Role.Member);
        await RefusedAsync(token, null, PeopleFailure.LogInFirst);
        await RefusedAsync(token, _owner.UserId, PeopleFailure.LogInFirst);
        Assert.Equal(ada.UserId, (await Acceptance.AcceptAsync(token, ada.UserId, "", Ended)).Value!.UserId);
        Assert.Equal(2, (await Hub.Get<Workspaces>().OfAsync(ada.UserId!, Ended)).Count);
    }

    [Fact]
    public async Task WhoIsLoggedInAsAnotherDoesNotJoinAsANewPerson() =>
        await RefusedAsync(await LinkAsync("new@example.org", Role.Member), _owner.UserId, PeopleFailure.LogInFirst);

    [Fact]
    public async Task NewerLinkKillsTheOlderAndNoneOutlivesAWeek()
    {
        var older = await LinkAsync("ada@example.org", Role.Member);
        var newer = await LinkAsync("ada@example.org", Role.Viewer);
        await RefusedAsync(older, null, PeopleFailure.BadLink);
        Assert.Single(await Invitations.PageAsync(_workspace, "", 10, Ended));
        _time.Advance(Invitations.Life);
        await RefusedAsync(newer, null, PeopleFailure.BadLink);
        Assert.Empty(await Invitations.PageAsync(_workspace, "", 10, Ended));
    }

    [Fact]
    public async Task WithdrawnLinkIsNone()
    {
        var token = await LinkAsync("ada@example.org", Role.Member);
        var row = Assert.Single(await Invitations.PageAsync(_workspace, "", 10, Ended));
        var foreign = await Hub.NewMemberAsync(await Hub.NewWorkspaceAsync("other"), Role.Owner);
        Assert.Equal(PeopleFailure.NotFound, (await Invitations.WithdrawAsync(foreign, row.Id, Ended)).Failure);
        Assert.True((await Invitations.WithdrawAsync(_owner, row.Id, Ended)).Done);
        Assert.Equal(PeopleFailure.NotFound, (await Invitations.WithdrawAsync(_owner, row.Id, Ended)).Failure);
        await RefusedAsync(token, null, PeopleFailure.BadLink);
    }

    [Fact]
    public async Task OnlyAdminsInviteAndNobodyAboveTheirRole()
    {
        foreach (var by in Enum.GetValues<Role>())
        {
            var asking = await Hub.NewMemberAsync(_workspace, by);
            foreach (var role in Enum.GetValues<Role>())
                Assert.Equal(by >= Role.Admin && role <= by ? PeopleFailure.None : PeopleFailure.NotAllowed,
                    (await Invitations.CreateAsync(asking, $"{by}-{role}@example.org", role, false, Ended)).Failure);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nobody")]
    [InlineData("a@b\r\nBcc: c@d")]
    [InlineData("a\0@b")]
    [InlineData("owner@example.org")]
    public async Task BadAddressesAndMembersAreNotInvited(string? email)
    {
        Assert.Equal(PeopleFailure.BadValue,
            (await Invitations.CreateAsync(_owner, email, Role.Member, true, Ended)).Failure);
        Assert.Empty(_mailbox.Mails);
    }

    [Fact]
    public async Task MailedLinkIsInTheMailAloneAndProvesTheAddress()
    {
        var made = (await Invitations.CreateAsync(_owner, "ada@example.org", Role.Member, true, Ended)).Value!;
        Assert.Null(made.Link);
        var ada = (await Acceptance.AcceptAsync(await _mailbox.TokenAsync(), null, "", Ended)).Value!.UserId;
        var session = await Hub.Sessions.CreateAsync(ada, "", "", Ended);
        await LogInByMailAsync("ada@example.org");
        Assert.NotNull(await Hub.Sessions.FindAsync(session, Ended));
    }

    [Fact]
    public async Task WhoCameBeforeTheAddressWasProvedIsOutAfterwards()
    {
        var squatter = (await Acceptance.AcceptAsync(await LinkAsync("ada@example.org", Role.Member), null, "", Ended)).Value!.UserId;
        var session = await Hub.Sessions.CreateAsync(squatter, "", "", Ended);
        var by = new Requester(_workspace, Role.Member, squatter, $"user {squatter}", "");
        var key = (await Hub.Get<WorkspaceKeys>().CreateAsync(by, "mine", [Scopes.Agents], null, true, Ended)).Value!.Secret;
        var token = (await Hub.Tokens.CreateAsync(by, TimeSpan.FromDays(7), false, Ended))!;
        Assert.NotNull(await Hub.Keys.VerifyAsync(key, Ended));
        Assert.Equal(squatter, await LogInByMailAsync("ada@example.org"));
        Assert.Null(await Hub.Sessions.FindAsync(session, Ended));
        Assert.Null(await Hub.Keys.VerifyAsync(key, Ended));
        Assert.Equal(EnrolFailure.BadSecret,
            (await Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", token, "", Ended)).Failure);
    }

    [Fact]
    public async Task MailsToOneAddressAreBounded()
    {
        for (var mail = 0; mail < 5; mail++)
            Assert.True((await Invitations.CreateAsync(_owner, "ada@example.org", Role.Member, true, Ended)).Done);
        Assert.Equal(PeopleFailure.TooMany,
            (await Invitations.CreateAsync(_owner, "ada@example.org", Role.Member, true, Ended)).Failure);
    }

    [Fact]
    public async Task GarbageIsNoInvitation()
    {
        foreach (var token in (string[])["", "pi_", $"pi_{new string('0', 64)}", "\0", "' OR 1=1 --"])
        {
            Assert.Null(await Acceptance.PeekAsync(token, Ended));
            await RefusedAsync(token, null, PeopleFailure.BadLink);
        }
    }

    private async Task<string> LinkAsync(string email, Role role) =>
        Mailbox.TokenOf((await Invitations.CreateAsync(_owner, email, role, false, Ended)).Value!.Link!);

    private async Task RefusedAsync(string token, string? loggedIn, PeopleFailure failure) =>
        Assert.Equal(failure, (await Acceptance.AcceptAsync(token, loggedIn, "", Ended)).Failure);

    private async Task<string?> LogInByMailAsync(string email)
    {
        Assert.Equal(LoginMailAnswer.Asked, Hub.Get<LoginMail>().Ask(email, null));
        return (await Hub.Links.RedeemAsync(await _mailbox.TokenAsync(), null, Ended)).UserId;
    }
}

public sealed class InvitationTestsOnSqlite() : InvitationTests(null);

public sealed class InvitationTestsOnPostgres(PostgresServer server) : InvitationTests(server);
