using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

public abstract class MigrationTests(PostgresServer? server) : EngineSuite(server)
{
    [Fact]
    public async Task SecondStartKeepsWhatTheFirstStored()
    {
        await using (var first = await TestHub.StartAsync(Engine)) await first.NewWorkspaceAsync("kept");
        await using var second = await TestHub.StartAsync(Engine);
        await using var db = second.Database.Connect();
        Assert.NotNull(await db.FindWorkspaceAsync("kept", Ended));
    }

    [Fact]
    public async Task FourHubsStartAtOnceOnAnEmptyDatabase()
    {
        var hubs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TestHub.StartAsync(Engine))));
        await using var db = hubs[0].Database.Connect();
        Assert.Equal(Migration.All(hubs[0].Database.Engine).Count,
            await db.ExecuteAsync<int>("SELECT COUNT(*) FROM schema_migrations", Ended));
        Assert.Equal(1, await db.Workspaces.CountAsync(Ended));
        Assert.Equal(1, await db.ApiKeys.CountAsync(Ended));
        Assert.Single(hubs, hub => hub.Start.FirstApiKey is not null);
        foreach (var hub in hubs) await hub.DisposeAsync();
    }

    [Fact]
    public async Task TablesOfANewerHubAreRefusedInOneLine()
    {
        await using (var hub = await TestHub.StartAsync(Engine))
            await hub.ExecuteAsync(
                "INSERT INTO schema_migrations (number, name, applied_at) VALUES (99, 'future', '')");
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => TestHub.StartAsync(Engine));
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task TimesComeBackAsTheyWereStored()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var at = new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
        await using var db = hub.Database.Connect();
        var workspace = (await db.FindWorkspaceAsync("default", Ended))! with { Id = "t", Slug = "t", Name = "t", CreatedAt = at };
        await db.InsertAsync(workspace, token: Ended);
        var read = await db.Workspaces.SingleAsync(row => row.CreatedAt == at, Ended);
        Assert.Equal(workspace, read);
        Assert.False(await db.Workspaces.AnyAsync(row => row.CreatedAt > at, Ended));
        Assert.True(await db.Workspaces.AnyAsync(
            row => row.CreatedAt > at.AddMilliseconds(-1) && row.Id == "t", Ended));
    }
}

public sealed class MigrationTestsOnSqlite() : MigrationTests(null);

public sealed class MigrationTestsOnPostgres(PostgresServer server) : MigrationTests(server);
