using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.People;

public abstract class WorkspaceKeyTests(PostgresServer? server) : HubSuite(server)
{
    private string _workspace = "";

    private WorkspaceKeys Keys => Hub.Get<WorkspaceKeys>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _workspace = await Hub.DefaultWorkspaceAsync();
    }

    [Fact]
    public async Task EverybodyHasTheirOwnAndAdminsThoseOfTheWorkspace()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var by = await Hub.NewMemberAsync(_workspace, role);
            var own = (await Keys.CreateAsync(by, "mine", [Scopes.Agents], null, true, Ended)).Value!;
            var identity = (await Hub.Keys.VerifyAsync(own.Secret, Ended))!;
            Assert.Equal((role, by.UserId), (identity.Role, identity.UserId));
            Assert.Equal(role >= Role.Admin ? PeopleFailure.None : PeopleFailure.NotAllowed,
                (await Keys.CreateAsync(by, "ours", [Scopes.Agents], null, false, Ended)).Failure);
            var seen = await Keys.PageAsync(by, "", 100, Ended);
            if (role < Role.Admin) Assert.Equal(own.Row.Id, Assert.Single(seen).Id);
            else Assert.True(seen.Count > 3);
        }
    }

    [Fact]
    public async Task KeyMakesNoKeyThatMayMoreOrLivesLonger()
    {
        var end = DateTimeOffset.UtcNow.AddDays(10);
        var member = await Hub.NewMemberAsync(_workspace, Role.Admin);
        var secret = (await Keys.CreateAsync(member, "ci", [Scopes.Keys, Scopes.Agents], end, false, Ended)).Value!.Secret;
        var by = Requester.Of((await Hub.Keys.VerifyAsync(secret, Ended))!, "127.0.0.1");
        await RefusedAsync(by, [Scopes.Services], end, false, PeopleFailure.NotAllowed);
        await RefusedAsync(by, [Scopes.Agents], null, false, PeopleFailure.NotAllowed);
        await RefusedAsync(by, [Scopes.Agents], end.AddDays(1), false, PeopleFailure.NotAllowed);
        await RefusedAsync(by, [Scopes.Agents], end.AddDays(-1), true, PeopleFailure.NotAllowed);
        Assert.True((await Keys.CreateAsync(by, "smaller", [Scopes.Agents], end.AddDays(-1), false, Ended)).Done);
    }

    [Fact]
    public async Task BadValuesAreRefused()
    {
        var by = await Hub.NewMemberAsync(_workspace, Role.Owner);
        var now = DateTimeOffset.UtcNow;
        await RefusedAsync(by, [], null, true, PeopleFailure.BadValue);
        await RefusedAsync(by, ["root"], null, true, PeopleFailure.BadValue);
        await RefusedAsync(by, [Scopes.Agents], now.AddSeconds(-1), true, PeopleFailure.BadValue);
        await RefusedAsync(by, [Scopes.Agents], now.AddDays(4000), true, PeopleFailure.BadValue);
        Assert.Equal(PeopleFailure.BadValue,
            (await Keys.CreateAsync(by, " ", [Scopes.Agents], null, true, Ended)).Failure);
    }

    [Fact]
    public async Task RevokedKeyIsNoneAndItsNameIsFreeAgain()
    {
        var by = await Hub.NewMemberAsync(_workspace, Role.Member);
        for (var round = 0; round < 3; round++)
        {
            var made = (await Keys.CreateAsync(by, "same name", [Scopes.Agents], null, true, Ended)).Value!;
            var stranger = await Hub.NewMemberAsync(_workspace, Role.Member);
            Assert.Equal(PeopleFailure.NotFound, (await Keys.RevokeAsync(stranger, made.Row.Id, Ended)).Failure);
            Assert.NotNull(await Hub.Keys.VerifyAsync(made.Secret, Ended));
            Assert.True((await Keys.RevokeAsync(by, made.Row.Id, Ended)).Done);
            Assert.Null(await Hub.Keys.VerifyAsync(made.Secret, Ended));
            Assert.Equal(PeopleFailure.NotFound, (await Keys.RevokeAsync(by, made.Row.Id, Ended)).Failure);
        }

        Assert.Empty(await Keys.PageAsync(by, "", 100, Ended));
    }

    [Fact]
    public async Task RevokedKeysTokensEnrolNobody()
    {
        var admin = await Hub.NewMemberAsync(_workspace, Role.Admin);
        foreach (var personal in (bool[])[false, true])
        {
            var leaked = (await Keys.CreateAsync(admin, "leaked", [Scopes.Agents], null, personal, Ended)).Value!;
            var good = (await Keys.CreateAsync(admin, "good", [Scopes.Agents], null, personal, Ended)).Value!;
            var byLeaked = Requester.Of((await Hub.Keys.VerifyAsync(leaked.Secret, Ended))!, "192.0.2.1");
            var byGood = Requester.Of((await Hub.Keys.VerifyAsync(good.Secret, Ended))!, "192.0.2.1");
            var token = (await TokenAsync(byLeaked))!;
            var spent = (await TokenAsync(byLeaked))!;
            var others = (string[])[(await TokenAsync(byGood))!, (await TokenAsync(admin))!];
            var agent = (await EnrolAsync(spent)).Agent!;

            Assert.True((await Keys.RevokeAsync(admin, leaked.Row.Id, Ended)).Done);
            Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(token)).Failure);
            Assert.Null(await TokenAsync(byLeaked));
            foreach (var other in others)
                Assert.Equal(EnrolFailure.None, (await EnrolAsync(other)).Failure);
            // Its agents stay (decision 0031), and the log says under the key's name that it let them in.
            Assert.False(Hub.Agents.FindById(agent.AgentId)!.Revoked);
            await using var db = Hub.Database.Connect();
            var line = await db.AuditEvents.SingleAsync(one => one.Act == "agent.enrol" && one.Object == agent.AgentId, Ended);
            Assert.Equal(($"key {leaked.Row.Id}", "by one-time token", "192.0.2.7"), (line.Actor, line.Outcome, line.Address));
        }
    }

    /// <summary>A token of a hub that did not write down who made it works, and its log line names no maker.</summary>
    [Fact]
    public async Task TokenOfAnEarlierHubStillEnrols()
    {
        var token = (await TokenAsync(await Hub.NewMemberAsync(_workspace, Role.Admin)))!;
        await Hub.ExecuteAsync("UPDATE enrolment_tokens SET made_by = ''");
        var agent = (await EnrolAsync(token)).Agent!;
        await using var db = Hub.Database.Connect();
        var line = await db.AuditEvents.SingleAsync(one => one.Act == "agent.enrol" && one.Object == agent.AgentId, Ended);
        Assert.Equal("one-time token", line.Actor);
    }

    [Fact]
    public async Task LastUseIsWrittenBehindTheCall()
    {
        var by = await Hub.NewMemberAsync(_workspace, Role.Member);
        var made = (await Keys.CreateAsync(by, "mine", [Scopes.Agents], null, true, Ended)).Value!;
        Assert.Null((await Keys.FindAsync(by, made.Row.Id, Ended))!.LastUsedAt);
        await Hub.Keys.VerifyAsync(made.Secret, Ended);
        await Until.TrueAsync(
            async () => (await Keys.FindAsync(by, made.Row.Id, Ended))!.LastUsedAt is not null, "the last use");
    }

    [Fact]
    public async Task NumberOfKeysIsBounded()
    {
        var by = await Hub.NewMemberAsync(_workspace, Role.Owner);
        var made = 1;
        PeopleOutcome<MadeKey> outcome;
        while ((outcome = await Keys.CreateAsync(by, "k", [Scopes.Agents], null, true, Ended)).Done) made++;
        Assert.Equal((PeopleFailure.TooMany, 200), (outcome.Failure, made));
    }

    private Task<string?> TokenAsync(Requester by) => Hub.Tokens.CreateAsync(by, TimeSpan.FromDays(7), false, Ended);

    private Task<EnrolResult> EnrolAsync(string secret) =>
        Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "machine", secret, "192.0.2.7", Ended);

    private async Task RefusedAsync(
        Requester by, string[] scopes, DateTimeOffset? expires, bool personal, PeopleFailure failure) =>
        Assert.Equal(failure, (await Keys.CreateAsync(by, "name", scopes, expires, personal, Ended)).Failure);
}

public sealed class WorkspaceKeyTestsOnSqlite() : WorkspaceKeyTests(null);

public sealed class WorkspaceKeyTestsOnPostgres(PostgresServer server) : WorkspaceKeyTests(server);
