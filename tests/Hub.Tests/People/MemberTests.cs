using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.People;

public abstract class MemberTests(PostgresServer? server) : HubSuite(server)
{
    private string _workspace = "";
    private Requester _owner = null!;

    private MemberDirectory Members => Hub.Get<MemberDirectory>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _workspace = await Hub.DefaultWorkspaceAsync();
        _owner = await Hub.NewMemberAsync(_workspace, Role.Owner);
    }

    [Fact]
    public async Task NobodyReachesAboveTheirOwnRole()
    {
        foreach (var by in Enum.GetValues<Role>())
        foreach (var held in Enum.GetValues<Role>())
        foreach (var wanted in Enum.GetValues<Role>())
        {
            var asking = await Hub.NewMemberAsync(_workspace, by);
            var target = await Hub.NewMemberAsync(_workspace, held);
            var allowed = by >= Role.Admin && held <= by && wanted <= by;
            var outcome = await Members.SetRoleAsync(asking, target.UserId!, wanted, Ended);
            Assert.Equal(allowed ? PeopleFailure.None : PeopleFailure.NotAllowed, outcome.Failure);
            Assert.Equal(allowed ? wanted : held, await RoleAsync(target));
            var now = allowed ? wanted : held;
            var removed = await Members.RemoveAsync(asking, target.UserId!, Ended);
            Assert.Equal(by >= Role.Admin && now <= by ? PeopleFailure.None : PeopleFailure.NotAllowed, removed.Failure);
        }
    }

    [Fact]
    public async Task LastOwnerStays()
    {
        var admin = await Hub.NewMemberAsync(_workspace, Role.Admin);
        Assert.Equal(PeopleFailure.LastOwner, (await Members.RemoveAsync(_owner, _owner.UserId!, Ended)).Failure);
        Assert.Equal(PeopleFailure.LastOwner,
            (await Members.SetRoleAsync(_owner, _owner.UserId!, Role.Admin, Ended)).Failure);
        Assert.True((await Members.TransferAsync(_owner, admin.UserId!, Ended)).Done);
        Assert.Equal((Role.Admin, Role.Owner), (await RoleAsync(_owner), await RoleAsync(admin)));
        Assert.Equal(PeopleFailure.NotAllowed, (await Members.TransferAsync(_owner, admin.UserId!, Ended)).Failure);
        Assert.True((await Members.RemoveAsync(_owner with { Role = Role.Admin }, _owner.UserId!, Ended)).Done);
    }

    [Fact]
    public async Task TwoOwnersWhoLeaveAtOnceLeaveOne()
    {
        for (var round = 0; round < 20; round++)
        {
            var workspace = await Hub.NewWorkspaceAsync($"race-{round}");
            var owners = new[]
            {
                await Hub.NewMemberAsync(workspace, Role.Owner), await Hub.NewMemberAsync(workspace, Role.Owner),
            };
            var outcomes = await Task.WhenAll(owners.Select(owner => Task.Run(
                () => Members.RemoveAsync(owner, owner.UserId!, Ended))));
            Assert.Single(outcomes, outcome => outcome.Done);
            Assert.Single(await Members.PageAsync(workspace, "", 10, Ended));
        }
    }

    [Fact]
    public async Task WithTheMembershipGoKeysSessionsAndInvitations()
    {
        var admin = await Hub.NewMemberAsync(_workspace, Role.Admin);
        var elsewhere = await Hub.NewWorkspaceAsync("other");
        await Hub.ExecuteAsync($"INSERT INTO members SELECT '{elsewhere}', user_id, role, created_at FROM members WHERE user_id = '{admin.UserId}'");
        var here = await PersonalKeyAsync(admin);
        var there = await PersonalKeyAsync(admin with { WorkspaceId = elsewhere });
        var shared = await Hub.Get<WorkspaceKeys>().CreateAsync(admin, "ci", [Scopes.Agents], null, false, Ended);
        var session = await Hub.Sessions.CreateAsync(admin.UserId!, "127.0.0.1", "test", Ended, _workspace);
        var other = await Hub.Sessions.CreateAsync(admin.UserId!, "127.0.0.1", "test", Ended, elsewhere);
        var invitation = (await Hub.Get<Invitations>().CreateAsync(admin, "new@example.org", Role.Member, false, Ended)).Value!;
        var changes = new List<MembershipChange>();
        Members.Changed += changes.Add;

        Assert.True((await Members.RemoveAsync(_owner, admin.UserId!, Ended)).Done);
        Assert.Equal(new MembershipChange(_workspace, admin.UserId!, null), Assert.Single(changes));
        Assert.Null(await Hub.Keys.VerifyAsync(here, Ended));
        Assert.NotNull(await Hub.Keys.VerifyAsync(there, Ended));
        Assert.NotNull(await Hub.Keys.VerifyAsync(shared.Value!.Secret, Ended));
        Assert.Null(await Hub.Sessions.FindAsync(session, Ended));
        Assert.NotNull(await Hub.Sessions.FindAsync(other, Ended));
        Assert.Null(await Hub.Get<Acceptance>().PeekAsync(Mailbox.TokenOf(invitation.Link!), Ended));

        // Who comes back has none of it back.
        await Hub.ExecuteAsync($"INSERT INTO members SELECT '{_workspace}', user_id, role, created_at FROM members WHERE user_id = '{admin.UserId}'");
        Assert.Null(await Hub.Keys.VerifyAsync(here, Ended));
        Assert.Equal(1, await Hub.CountAuditAsync("member.remove"));
    }

    [Fact]
    public async Task AgentOfARemovedPersonReachesNothingMore()
    {
        var bob = await Hub.NewMemberAsync(_workspace, Role.Member);
        var enrolled = await Hub.Agents.EnrolAsync(
            TestKeys.NewSpki(), "laptop", await PersonalKeyAsync(bob), "127.0.0.1", Ended);
        var policy = Hub.Get<ServicePolicy>();
        Members.Raise(new MembershipChange(_workspace, bob.UserId!, Role.Member));
        await Until.TrueAsync(() => Task.FromResult(MayReach()), "the policy heard of the member");
        Assert.True((await Members.RemoveAsync(_owner, bob.UserId!, Ended)).Done);
        await Until.TrueAsync(() => Task.FromResult(!MayReach()), "the policy heard of the removal");

        bool MayReach() => policy.Current.MayReach(enrolled.Agent!, "db", DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task SmallerRoleTakesOpenInvitationsBack()
    {
        var admin = await Hub.NewMemberAsync(_workspace, Role.Admin);
        var invitation = (await Hub.Get<Invitations>().CreateAsync(admin, "new@example.org", Role.Admin, false, Ended)).Value!;
        Assert.True((await Members.SetRoleAsync(_owner, admin.UserId!, Role.Viewer, Ended)).Done);
        Assert.Null(await Hub.Get<Acceptance>().PeekAsync(Mailbox.TokenOf(invitation.Link!), Ended));
    }

    [Fact]
    public async Task OtherWorkspacesPeopleAreNotThere()
    {
        var foreign = await Hub.NewMemberAsync(await Hub.NewWorkspaceAsync("other"), Role.Viewer);
        foreach (var id in (string[])[foreign.UserId!, Guid.NewGuid().ToString(), "", "x", "\0", "' OR 1=1 --"])
        {
            Assert.Equal(PeopleFailure.NotFound, (await Members.SetRoleAsync(_owner, id, Role.Admin, Ended)).Failure);
            Assert.Equal(PeopleFailure.NotFound, (await Members.RemoveAsync(_owner, id, Ended)).Failure);
            Assert.Equal(PeopleFailure.NotFound, (await Members.TransferAsync(_owner, id, Ended)).Failure);
            Assert.Null(await Members.FindAsync(_workspace, id, Ended));
        }
    }

    private async Task<Role?> RoleAsync(Requester member) =>
        (await Members.FindAsync(_workspace, member.UserId!, Ended))?.Role;

    private async Task<string> PersonalKeyAsync(Requester by) =>
        (await Hub.Get<WorkspaceKeys>().CreateAsync(by, "mine", [Scopes.Agents], null, true, Ended)).Value!.Secret;
}

public sealed class MemberTestsOnSqlite() : MemberTests(null);

public sealed class MemberTestsOnPostgres(PostgresServer server) : MemberTests(server);
