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

    private async Task RefusedAsync(
        Requester by, string[] scopes, DateTimeOffset? expires, bool personal, PeopleFailure failure) =>
        Assert.Equal(failure, (await Keys.CreateAsync(by, "name", scopes, expires, personal, Ended)).Failure);
}

public sealed class WorkspaceKeyTestsOnSqlite() : WorkspaceKeyTests(null);

public sealed class WorkspaceKeyTestsOnPostgres(PostgresServer server) : WorkspaceKeyTests(server);
