using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public abstract class OpenIdLoginTests(PostgresServer? server) : HubSuite(server)
{
    private const string Issuer = "https://login.example.org/";

    private OpenIdLogins Logins => Hub.Get<OpenIdLogins>();

    [Fact]
    public async Task VerifiedAddressFindsThePersonOnceAndTheSubjectFromThenOn()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        var ada = await Hub.NewMemberAsync(workspace, Role.Member, "ada@example.org");
        var bob = await Hub.NewMemberAsync(workspace, Role.Owner, "bob@example.org");
        Assert.Equal(ada.UserId, await LogInAsync("s1", "Ada@Example.org"));
        // Who changes the address at the provider stays who they are here.
        Assert.Equal(ada.UserId, await LogInAsync("s1", "bob@example.org"));
        Assert.Equal(ada.UserId, await LogInAsync("s1", null));
        Assert.Equal(bob.UserId, await LogInAsync("s2", "bob@example.org"));
    }

    [Fact]
    public async Task UnverifiedAndUnknownAddressesFindNobody()
    {
        await Hub.NewMemberAsync(await Hub.DefaultWorkspaceAsync(), Role.Member, "ada@example.org");
        Assert.Null(await LogInAsync("s1", null));
        Assert.Null(await LogInAsync("s1", "nobody@example.org"));
        Assert.Null(await LogInAsync("s1", "\0"));
    }

    [Fact]
    public async Task WhoWasRemovedIsNotLoggedIn()
    {
        var workspace = await Hub.DefaultWorkspaceAsync();
        await Hub.NewMemberAsync(workspace, Role.Member, "ada@example.org");
        Assert.NotNull(await LogInAsync("s1", "ada@example.org"));
        await Hub.ExecuteAsync("DELETE FROM members");
        Assert.Null(await LogInAsync("s1", "ada@example.org"));
    }

    private async Task<string?> LogInAsync(string subject, string? email) =>
        (await Logins.LogInAsync(Issuer, subject, email, "127.0.0.1", Ended)).UserId;
}

public sealed class OpenIdLoginTestsOnSqlite() : OpenIdLoginTests(null);

public sealed class OpenIdLoginTestsOnPostgres(PostgresServer server) : OpenIdLoginTests(server);
