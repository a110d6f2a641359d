using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.People;

public abstract class WorkspaceTests(PostgresServer? server) : HubSuite(server)
{
    private Requester _owner = null!;

    private Workspaces Workspaces => Hub.Get<Workspaces>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _owner = await Hub.NewMemberAsync(await Hub.DefaultWorkspaceAsync(), Role.Owner);
    }

    [Fact]
    public async Task PersonHasSeveralOfOneNameAndSwitchesBetweenThem()
    {
        var cookie = await Hub.Sessions.CreateAsync(_owner.UserId!, "127.0.0.1", "test", Ended);
        var who = (await Hub.Sessions.FindAsync(cookie, Ended))!;
        var made = (await Workspaces.CreateAsync(_owner.UserId!, "default", _owner.Actor, "", Ended)).Value!;
        Assert.Equal(["default", "default"], (await Workspaces.OfAsync(_owner.UserId!, Ended)).Select(one => one.Name));
        Assert.True(await Hub.Sessions.SwitchAsync(who, made.Id, Ended));
        Assert.Equal((made.Id, Role.Owner),
            ((await Hub.Sessions.FindAsync(cookie, Ended))!.WorkspaceId, (await Hub.Sessions.FindAsync(cookie, Ended))!.Role));
        var foreign = await Workspaces.CreateAsync((await Hub.NewMemberAsync(made.Id, Role.Viewer)).UserId!, "x", "", "", Ended);
        foreach (var id in (string[])[foreign.Value!.Id, Guid.NewGuid().ToString(), "", "\0"])
            Assert.False(await Hub.Sessions.SwitchAsync(who, id, Ended));
        Assert.Equal(made.Id, (await Hub.Sessions.FindAsync(cookie, Ended))!.WorkspaceId);
    }

    [Fact]
    public async Task RenamedDefaultStaysTheDefault()
    {
        Assert.True((await Workspaces.RenameAsync(_owner, "Ops", Ended)).Done);
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Equal(_owner.WorkspaceId, await restarted.DefaultWorkspaceAsync());
        Assert.Equal("Ops", (await restarted.Get<Workspaces>().FindAsync(_owner.WorkspaceId, Ended)).Name);
        var member = await Hub.NewMemberAsync(_owner.WorkspaceId, Role.Member);
        Assert.Equal(PeopleFailure.NotAllowed, (await Workspaces.RenameAsync(member, "Mine", Ended)).Failure);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a\0b")]
    [InlineData("a\u202Eb")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public async Task BadNamesAreRefused(string? name)
    {
        Assert.Equal(PeopleFailure.BadValue, (await Workspaces.RenameAsync(_owner, name, Ended)).Failure);
        Assert.Equal(PeopleFailure.BadValue,
            (await Workspaces.CreateAsync(_owner.UserId!, name, _owner.Actor, "", Ended)).Failure);
    }

    [Fact]
    public async Task NobodyOwnsMoreThanTwenty()
    {
        var made = 1;
        while ((await Workspaces.CreateAsync(_owner.UserId!, "one more", _owner.Actor, "", Ended)).Done) made++;
        Assert.Equal(20, made);
    }

    [Fact]
    public async Task SessionsAreListedAndEndedByTheirPersonAlone()
    {
        var (one, two) = (await LogInAsync(_owner), await LogInAsync(_owner));
        var foreign = await Hub.NewMemberAsync(_owner.WorkspaceId, Role.Owner);
        var third = await LogInAsync(foreign);
        var listed = await Hub.Sessions.OfAsync(_owner.UserId!, Ended);
        Assert.Equal(2, listed.Count);
        Assert.All(listed, session => Assert.Equal("agent", session.UserAgent));
        var id = (await Hub.Sessions.FindAsync(one, Ended))!.SessionId;
        Assert.False(await Hub.Sessions.EndAsync(foreign, id, Ended));
        Assert.True(await Hub.Sessions.EndAsync(_owner, id, Ended));
        Assert.False(await Hub.Sessions.EndAsync(_owner, id, Ended));
        Assert.Null(await Hub.Sessions.FindAsync(one, Ended));
        Assert.NotNull(await Hub.Sessions.FindAsync(two, Ended));
        await Hub.Sessions.EndAllAsync(_owner, Ended);
        Assert.Null(await Hub.Sessions.FindAsync(two, Ended));
        Assert.NotNull(await Hub.Sessions.FindAsync(third, Ended));
        Assert.Equal((1, 1), (await Hub.CountAuditAsync("session.end"), await Hub.CountAuditAsync("session.end-all")));
    }

    private Task<string> LogInAsync(Requester who) =>
        Hub.Sessions.CreateAsync(who.UserId!, "127.0.0.1", "agent", Ended);
}

public sealed class WorkspaceTestsOnSqlite() : WorkspaceTests(null);

public sealed class WorkspaceTestsOnPostgres(PostgresServer server) : WorkspaceTests(server);
