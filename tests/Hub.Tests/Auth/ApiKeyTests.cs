using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public abstract class ApiKeyTests(PostgresServer? server) : EngineSuite(server)
{
    private static readonly string Configured = $"pc_{string.Concat(Enumerable.Repeat("0123ABcd", 6))}";

    [Fact]
    public async Task EmptyHubShowsOneRandomKeyOnce()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var key = (await hub.Keys.VerifyAsync(hub.Start.FirstApiKey!, Ended))!;
        Assert.Equal("default", key.Workspace);
        Assert.Equal(Scopes.Bootstrap, key.Scopes);
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Null(restarted.Start.FirstApiKey);
        Assert.NotNull(await restarted.Keys.VerifyAsync(hub.Start.FirstApiKey!, Ended));
    }

    [Fact]
    public async Task ConfiguredKeyIsThereAfterEachStartAndIsNotShown()
    {
        await using (var hub = await TestHub.StartAsync(Engine, bootstrap: Configured))
        {
            Assert.Null(hub.Start.FirstApiKey);
            Assert.NotNull(await hub.Keys.VerifyAsync(Configured, Ended));
            await hub.ExecuteAsync("UPDATE api_keys SET revoked_at = created_at, expires_at = created_at, scopes = ''");
            Assert.Null(await hub.Keys.VerifyAsync(Configured, Ended));
        }

        await using var restarted = await TestHub.StartAsync(Engine, bootstrap: Configured);
        Assert.Equal(Scopes.Bootstrap, (await restarted.Keys.VerifyAsync(Configured, Ended))!.Scopes);
        await using var db = restarted.Database.Connect();
        Assert.Equal(1, await db.ApiKeys.CountAsync(Ended));
    }

    [Fact]
    public async Task AnotherConfiguredKeyReplacesNothing()
    {
        var other = $"pc_{new string('7', 48)}";
        await using var first = await TestHub.StartAsync(Engine, bootstrap: Configured);
        await using var second = await TestHub.StartAsync(Engine, bootstrap: other);
        Assert.NotNull(await second.Keys.VerifyAsync(Configured, Ended));
        Assert.NotNull(await second.Keys.VerifyAsync(other, Ended));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("pc_0123")]
    [InlineData("pc_0123456789abcdef0123456789abcdef0123456789abcdeg")]
    [InlineData("pc_0123456789abcdef0123456789abcdef0123456789abcdef0")]
    [InlineData("PC_0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task AnotherShapeIsRefusedWithTheShape(string configured)
    {
        var refused = await Assert.ThrowsAsync<BootstrapKeyException>(
            () => TestHub.StartAsync(Engine, bootstrap: configured));
        Assert.Contains("BOOTSTRAP_API_KEY must be pc_ and 48 hexadecimal digits", refused.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(configured, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredKeyIsNoKeyAndUnknownScopesAreRefused()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var workspace = await hub.DefaultWorkspaceAsync();
        var live = await hub.Keys.CreateAsync(workspace, "a", [Scopes.Services], DateTimeOffset.UtcNow.AddHours(1),
            Ended);
        var dead = await hub.Keys.CreateAsync(workspace, "a", Scopes.All, DateTimeOffset.UtcNow.AddHours(-1), Ended);
        Assert.Equal([Scopes.Services], (await hub.Keys.VerifyAsync(live, Ended))!.Scopes);
        Assert.Null(await hub.Keys.VerifyAsync(dead, Ended));
        await Assert.ThrowsAsync<ArgumentException>(() => hub.Keys.CreateAsync(workspace, "a", ["root"], null, Ended));
    }
}

public sealed class ApiKeyTestsOnSqlite() : ApiKeyTests(null);

public sealed class ApiKeyTestsOnPostgres(PostgresServer server) : ApiKeyTests(server);
