using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using Xunit;

namespace PrivateConnect.Hub.Tests.Rights;

public sealed class PolicySnapshotTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly PolicySnapshot Members = PolicySnapshot.Empty.WithMembers(
        "w", [("olga", Role.Owner), ("adam", Role.Admin), ("mia", Role.Member), ("vic", Role.Viewer)]);

    [Theory]
    [InlineData(null, true)]
    [InlineData("mia", true)]
    [InlineData("vic", true)]
    [InlineData("stranger", false)]
    public void WithoutARuleEveryoneOfTheWorkspaceReachesAService(string? owner, bool may) =>
        Assert.Equal(may, Members.MayReach(Agent(owner), "db", Now));

    [Theory]
    [InlineData(GrantKind.Member, "mia", "mia", true)]
    [InlineData(GrantKind.Member, "mia", "adam", false)]
    [InlineData(GrantKind.Member, "mia", null, false)]
    [InlineData(GrantKind.Member, "stranger", "stranger", false)]
    [InlineData(GrantKind.Role, "admin", "adam", true)]
    [InlineData(GrantKind.Role, "admin", "olga", true)]
    [InlineData(GrantKind.Role, "admin", "mia", false)]
    [InlineData(GrantKind.Role, "viewer", "vic", true)]
    [InlineData(GrantKind.Role, "viewer", null, false)]
    [InlineData(GrantKind.Role, "nonsense", "olga", false)]
    [InlineData(GrantKind.Agent, "a", null, true)]
    [InlineData(GrantKind.Agent, "b", null, false)]
    [InlineData(GrantKind.Agent, "a", "stranger", false)]
    [InlineData(GrantKind.Tag, "ci", null, true)]
    [InlineData(GrantKind.Tag, "c", null, false)]
    public void AChosenServiceIsForThoseThatAGrantNames(GrantKind kind, string subject, string? owner, bool may)
    {
        var policy = Members.With("w", "db", Chosen(Grant(kind, subject)));
        Assert.Equal(may, policy.MayReach(Agent(owner), "db", Now));
        Assert.False(Members.With("w", "db", Chosen()).MayReach(Agent(owner), "db", Now));
        Assert.False(policy.MayReach(Agent(owner) with { WorkspaceId = "other", OwnerUserId = "mia" }, "db", Now));
    }

    [Fact]
    public void GrantEndsAtItsMomentAndNotBefore()
    {
        var policy = Members.With("w", "db", Chosen(Grant(GrantKind.Tag, "ci", Now), Grant(GrantKind.Tag, "ops")));
        Assert.True(policy.MayReach(Agent(null), "db", Now.AddTicks(-1)));
        Assert.False(policy.MayReach(Agent(null), "db", Now));
        Assert.Equal(Now, policy.NextExpiry(Now.AddDays(-1)));
        Assert.Null(policy.NextExpiry(Now));
    }

    [Fact]
    public void RevokedAgentReachesNothing() =>
        Assert.False(Members.MayReach(Agent(null) with { Revoked = true }, "db", Now));

    [Fact]
    public void MembersOfOneWorkspaceAreReplacedAndTheOthersStay()
    {
        var policy = Members.WithMembers("x", [("mia", Role.Member)]).WithMembers("w", [("adam", Role.Member)]);
        Assert.False(policy.IsMember("w", "mia"));
        Assert.True(policy.IsMember("x", "mia"));
        var chosen = policy.With("w", "db", Chosen(Grant(GrantKind.Role, "admin")));
        Assert.False(chosen.MayReach(Agent("adam"), "db", Now));
    }

    private static AgentIdentity Agent(string? owner) =>
        new("a", "w", "default", "box", false) { OwnerUserId = owner, Tags = "ci web" };

    private static ServiceRule Chosen(params Grant[] grants) => ServiceRule.Default with { IsForEveryone = false, Grants = grants };

    private static Grant Grant(GrantKind kind, string subject, DateTimeOffset? end = null) =>
        new($"{kind}-{subject}", kind, subject, Now, "test", end);
}
