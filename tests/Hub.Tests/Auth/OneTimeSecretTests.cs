using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

/// <summary>Of 64 that redeem one secret at once, one succeeds.</summary>
public abstract class OneTimeSecretTests(PostgresServer? server) : HubSuite(server)
{
    private const int Rounds = 200;

    [Fact]
    public async Task EnrolmentTokenIsSpentOnce()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var token = (await Hub.Tokens.CreateAsync(Requester.Local(workspace, "test"), TimeSpan.FromMinutes(5), false, Ended))!;
            var results = await AtOnce.RunAsync(
                () => Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "ci", token, "127.0.0.1", Ended));
            Assert.Single(results, result => result.Agent is not null);
            Assert.Equal(AtOnce.Many - 1, results.Count(result => result.Failure == EnrolFailure.BadSecret));
        }

        Assert.Equal(Rounds, Hub.Agents.All.Count);
    }

    [Fact]
    public async Task LoginLinkIsSpentOnce()
    {
        await SetUpAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var link = (await Hub.Links.CreateForAsync("OWNER@example.org", LoginLinks.LinkLife, Ended))!;
            var results = await AtOnce.RunAsync(() => Hub.Links.RedeemAsync(link, null, Ended));
            Assert.Single(results, result => result.UserId is not null);
            Assert.Equal(AtOnce.Many - 1, results.Count(result => result.Failure == LoginFailure.BadLink));
        }
    }

    [Fact]
    public async Task InvitationIsSpentOnce()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        var owner = await Hub.NewMemberAsync(workspace, Role.Owner);
        for (var round = 0; round < Rounds; round++)
        {
            var made = await Hub.Get<Invitations>().CreateAsync(owner, $"p{round}@example.org", Role.Member, false, Ended);
            var token = Mailbox.TokenOf(made.Value!.Link!);
            var results = await AtOnce.RunAsync(() => Hub.Get<Acceptance>().AcceptAsync(token, null, "", Ended));
            Assert.Single(results, result => result.Done);
        }

        Assert.Equal(Rounds + 1, (await Hub.Get<MemberDirectory>().PageAsync(workspace, "", Rounds + 10, Ended)).Count);
    }

    [Fact]
    public async Task SetUpLinkMakesOneOwner()
    {
        var number = 0;
        var link = (await Hub.Links.CreateSetupAsync(Ended))!;
        var results = await AtOnce.RunAsync(
            () => Hub.Links.RedeemAsync(link, $"owner{Interlocked.Increment(ref number)}@example.org", Ended));
        var owner = Assert.Single(results, result => result.UserId is not null);
        Assert.Null(await Hub.Links.CreateSetupAsync(Ended));
        var cookie = await Hub.Sessions.CreateAsync(owner.UserId!, "127.0.0.1", "test", Ended);
        var who = (await Hub.Sessions.FindAsync(cookie, Ended))!;
        Assert.Equal((owner.Email, "default", Role.Owner), (who.Email, who.Workspace, who.Role));
    }

    [Fact]
    public async Task SetUpLinksMadeAtOnceLeaveOneThatWorks()
    {
        var links = await AtOnce.RunAsync(() => Hub.Links.CreateSetupAsync(Ended), 8);
        var open = new List<string>();
        foreach (var link in links)
            if (await Hub.Links.IsSetupAsync(link!, Ended)) open.Add(link!);
        Assert.Single(open);
    }

    private async Task SetUpAsync()
    {
        var link = (await Hub.Links.CreateSetupAsync(Ended))!;
        Assert.NotNull((await Hub.Links.RedeemAsync(link, "Owner@Example.org", Ended)).UserId);
    }
}

public sealed class OneTimeSecretTestsOnSqlite() : OneTimeSecretTests(null);

public sealed class OneTimeSecretTestsOnPostgres(PostgresServer server) : OneTimeSecretTests(server);
