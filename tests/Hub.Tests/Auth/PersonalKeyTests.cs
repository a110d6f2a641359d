using LinqToDB;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public abstract class PersonalKeyTests(PostgresServer? server) : HubSuite(server)
{
    [Fact]
    public async Task KeyOfTheWorkspaceActsAsAnAdmin()
    {
        var key = (await Hub.Keys.VerifyAsync(Hub.Start.FirstApiKey!, Ended))!;
        Assert.Equal((Role.Admin, (string?)null), (key.Role, key.UserId));
    }

    [Fact]
    public async Task PersonalKeyFollowsTheRoleAndDiesWithTheMembership()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        var user = (await Hub.Links.RedeemAsync(Hub.Start.SetupToken!, "owner@example.org", Ended)).UserId!;
        var key = await Hub.NewKeyAsync(workspace);
        await Hub.ExecuteAsync($"UPDATE api_keys SET user_id = '{user}' WHERE name = 'test'");
        foreach (var role in Enum.GetValues<Role>())
        {
            await Hub.ExecuteAsync($"UPDATE members SET role = '{role.Word()}'");
            var who = (await Hub.Keys.VerifyAsync(key, Ended))!;
            Assert.Equal((role, user), (who.Role, who.UserId));
            var enrolled = await Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", key, "127.0.0.1", Ended);
            Assert.Equal(role == Role.Viewer ? EnrolFailure.NotAllowed : EnrolFailure.None, enrolled.Failure);
        }

        await Hub.ExecuteAsync("DELETE FROM members");
        Assert.Null(await Hub.Keys.VerifyAsync(key, Ended));
        // A membership elsewhere is none here.
        await using var db = Hub.Database.Connect();
        await db.InsertAsync(
            new MemberRow
            {
                WorkspaceId = await Hub.NewWorkspaceAsync("other"),
                UserId = user,
                Role = Role.Owner,
                CreatedAt = DateTimeOffset.UnixEpoch,
            },
            token: Ended);
        Assert.Null(await Hub.Keys.VerifyAsync(key, Ended));
    }
}

public sealed class PersonalKeyTestsOnSqlite() : PersonalKeyTests(null);

public sealed class PersonalKeyTestsOnPostgres(PostgresServer server) : PersonalKeyTests(server);
