using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Devices;
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
        var token = (await Hub.Tokens.CreateAsync(admin, TimeSpan.FromDays(7), false, Ended))!;
        var tokenThere = (await Hub.Tokens.CreateAsync(admin with { WorkspaceId = elsewhere }, TimeSpan.FromDays(7), false, Ended))!;
        var approved = await ApprovedAsync(admin);
        var approvedThere = await ApprovedAsync(admin with { WorkspaceId = elsewhere });
        var collected = (await Hub.Get<DeviceCodes>().PollAsync(await ApprovedAsync(admin), Ended)).Token!;
        var enrolled = (await EnrolAsync((await Hub.Tokens.CreateAsync(admin, TimeSpan.FromDays(7), false, Ended))!)).Agent!;
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
        Assert.Equal((DevicePoll.AccessDenied, null), await Hub.Get<DeviceCodes>().PollAsync(approved, Ended));
        foreach (var ended in (string[])[token, collected])
            Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(ended)).Failure);
        // Elsewhere nothing ended, and the record of who enrolled the machine that is there stays.
        Assert.Equal(elsewhere, (await EnrolAsync(tokenThere)).Agent!.WorkspaceId);
        Assert.Equal(DevicePoll.Granted, (await Hub.Get<DeviceCodes>().PollAsync(approvedThere, Ended)).Answer);
        await using (var db = Hub.Database.Connect())
            Assert.True(await db.EnrolmentTokens.AnyAsync(row => row.AgentId == enrolled.AgentId, Ended));

        // Who comes back has none of it back.
        await Hub.ExecuteAsync($"INSERT INTO members SELECT '{_workspace}', user_id, role, created_at FROM members WHERE user_id = '{admin.UserId}'");
        Assert.Null(await Hub.Keys.VerifyAsync(here, Ended));
        Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(token)).Failure);
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
    public async Task RequestThatBeganBeforeTheRemovalDoesNothingAfterIt()
    {
        var admin = await Hub.NewMemberAsync(_workspace, Role.Admin);
        var target = await Hub.NewMemberAsync(_workspace, Role.Member);
        Assert.True((await Members.RemoveAsync(_owner, admin.UserId!, Ended)).Done);
        Assert.Equal(PeopleFailure.NotAllowed,
            (await Hub.Get<Invitations>().CreateAsync(admin, "new@example.org", Role.Admin, false, Ended)).Failure);
        foreach (var personal in (bool[])[true, false])
            Assert.Equal(PeopleFailure.NotAllowed,
                (await Hub.Get<WorkspaceKeys>().CreateAsync(admin, "k", [Scopes.Agents], null, personal, Ended)).Failure);
        Assert.Null(await Hub.Tokens.CreateAsync(admin, TimeSpan.FromDays(7), false, Ended));
        var start = (await Hub.Get<DeviceCodes>().StartAsync("box", "1.0", false, null, Ended))!;
        Assert.Equal(DeviceDecision.Unknown,
            await Hub.Get<DeviceCodes>().DecideAsync(start.UserCode, true, SessionOf(admin), null, Ended));
        Assert.Equal(DevicePoll.AuthorizationPending, (await Hub.Get<DeviceCodes>().PollAsync(start.DeviceCode, Ended)).Answer);
        Assert.Equal(PeopleFailure.NotAllowed, (await Members.SetRoleAsync(admin, target.UserId!, Role.Viewer, Ended)).Failure);
        Assert.Equal(PeopleFailure.NotAllowed, (await Members.RemoveAsync(admin, target.UserId!, Ended)).Failure);
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
    public async Task WhoBecomesAViewerLetsNoMachineInAnyMore()
    {
        var member = await Hub.NewMemberAsync(_workspace, Role.Admin);
        var token = (await Hub.Tokens.CreateAsync(member, TimeSpan.FromDays(7), false, Ended))!;
        var approved = await ApprovedAsync(member);
        Assert.True((await Members.SetRoleAsync(_owner, member.UserId!, Role.Member, Ended)).Done);
        Assert.Equal(EnrolFailure.None, (await EnrolAsync(token)).Failure);
        token = (await Hub.Tokens.CreateAsync(member, TimeSpan.FromDays(7), false, Ended))!;
        Assert.True((await Members.SetRoleAsync(_owner, member.UserId!, Role.Viewer, Ended)).Done);
        Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(token)).Failure);
        Assert.Equal((DevicePoll.AccessDenied, null), await Hub.Get<DeviceCodes>().PollAsync(approved, Ended));
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

    private Task<EnrolResult> EnrolAsync(string secret) =>
        Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "machine", secret, "127.0.0.1", Ended);

    private static SessionIdentity SessionOf(Requester by) => new("", by.UserId!, "", by.WorkspaceId, "", by.Role);

    /// <summary>A device code that this person let in and that nobody collected yet.</summary>
    private async Task<string> ApprovedAsync(Requester by)
    {
        var codes = Hub.Get<DeviceCodes>();
        var start = (await codes.StartAsync("box", "1.0", false, null, Ended))!;
        Assert.Equal(DeviceDecision.Done, await codes.DecideAsync(start.UserCode, true, SessionOf(by), null, Ended));
        return start.DeviceCode;
    }

    private async Task<string> PersonalKeyAsync(Requester by) =>
        (await Hub.Get<WorkspaceKeys>().CreateAsync(by, "mine", [Scopes.Agents], null, true, Ended)).Value!.Secret;
}

public sealed class MemberTestsOnSqlite() : MemberTests(null);

public sealed class MemberTestsOnPostgres(PostgresServer server) : MemberTests(server);
