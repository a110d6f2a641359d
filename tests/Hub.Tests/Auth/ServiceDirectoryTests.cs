using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public abstract class ServiceDirectoryTests(PostgresServer? server) : HubSuite(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private AgentIdentity _agent = null!;

    private string Workspace => _agent.WorkspaceId;

    public override async ValueTask InitializeAsync()
    {
        await Engine.CreateAsync();
        Hub = await TestHub.StartAsync(Engine, _time);
        _agent = await Hub.NewAgentAsync(await Hub.DefaultWorkspaceAsync());
    }

    [Fact]
    public async Task LeasesSurviveARestart()
    {
        await PublishAsync("db", 23000);
        await PublishAsync("web", 23001);
        await PublishAsync("db", 23000);
        await using var restarted = await TestHub.StartAsync(Engine, _time);
        Assert.Equal(23000, restarted.Services.LeasedPort(Workspace, "db"));
        Assert.Equal(Hub.Services.List(Workspace), restarted.Services.List(Workspace));
        Assert.Equal(["db", "web"], restarted.Services.List(Workspace).Select(service => service.Name));
        Assert.Equal(Hub.Services.Leases.Order(), restarted.Services.Leases.Order());
    }

    [Fact]
    public async Task ServiceThatMovesFreesItsFormerPort()
    {
        await PublishAsync("db", 23000);
        await PublishAsync("db", 23005);
        Assert.False(Hub.Services.IsPortHeldByOther(23000, Workspace, "web"));
        Assert.True(Hub.Services.IsPortHeldByOther(23005, Workspace, "web"));
        Assert.False(Hub.Services.IsPortHeldByOther(23005, Workspace, "db"));
        await AssertDatabaseAgreesAsync();
    }

    [Fact]
    public async Task OldestIdleLeaseIsRecycledAndItsServiceKeepsItsName()
    {
        await PublishAsync("oldest", 23000);
        _time.Advance(TimeSpan.FromSeconds(1));
        await PublishAsync("older", 23001);
        _time.Advance(TimeSpan.FromSeconds(1));
        await PublishAsync("newest", 23002);
        Assert.Null(Hub.Services.OldestIdleLease(Workspace, (_, _) => true));
        Assert.Equal(23001, Hub.Services.OldestIdleLease(Workspace, (_, name) => name == "oldest"));

        await PublishAsync("incoming", 23001);
        Assert.Null(Hub.Services.LeasedPort(Workspace, "older"));
        Assert.NotNull(Hub.Services.Find(Workspace, "older"));
        Assert.Equal(23001, Hub.Services.LeasedPort(Workspace, "incoming"));
        await AssertDatabaseAgreesAsync();
    }

    [Fact]
    public async Task ManyPublishedAtOnceOnTheSamePortsLeaveEachPortOneService()
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Run(
            () => PublishAsync($"s{number}", 23000 + number % 8))));
        Assert.Equal(8, Hub.Services.Leases.Count());
        Assert.Equal(8, Hub.Services.List(Workspace).Count(service => service.Port is not null));
        await AssertDatabaseAgreesAsync();
    }

    [Fact]
    public async Task DeletedServiceIsGoneWithItsLease()
    {
        await PublishAsync("db", 23000);
        var heard = new List<(string, string)>();
        Hub.Services.Deleted += (workspace, name) => heard.Add((workspace, name));
        var other = await Hub.NewWorkspaceAsync("other");
        Assert.False(await Hub.Services.DeleteAsync(other, "db", "test", Ended));
        Assert.True(await Hub.Services.DeleteAsync(Workspace, "db", "test", Ended));
        Assert.False(await Hub.Services.DeleteAsync(Workspace, "db", "test", Ended));
        Assert.Equal([(Workspace, "db")], heard);
        Assert.Empty(Hub.Services.Leases);
        await AssertDatabaseAgreesAsync();
    }

    [Fact]
    public async Task OutageLosesNoServiceAndIsCaughtUp()
    {
        await Hub.ExecuteAsync("ALTER TABLE services RENAME TO away");
        await PublishAsync("db", 23000);
        await PublishAsync("web", 23001);
        await PublishAsync("db", 23002);
        Assert.Equal(23002, Hub.Services.LeasedPort(Workspace, "db"));
        await Hub.ExecuteAsync("ALTER TABLE away RENAME TO services");
        await Until.TrueAsync(
            async () =>
            {
                await using var db = Hub.Database.Connect();
                return await db.PortLeases.CountAsync(Ended) == 2;
            },
            "both leases in the database",
            () => _time.Advance(TimeSpan.FromSeconds(1)));
        await AssertDatabaseAgreesAsync();
    }

    [Fact]
    public async Task ServiceThatTheDatabaseCanNeverTakeDoesNotHoldOthers()
    {
        await Hub.Services.RecordPublishedAsync(Workspace, "orphan", "no-such-agent", "localhost:1", 23000, Ended);
        Assert.NotNull(Hub.Services.Find(Workspace, "orphan"));
        await PublishAsync("db", 23001);
        await using var db = Hub.Database.Connect();
        Assert.Equal("db", (await db.Services.SingleAsync(Ended)).Name);
    }

    /// <summary>PostgreSQL's text takes no NUL, SQLite's does; the hub refuses it earlier, from an agent.</summary>
    [Fact]
    public async Task TextThatTheDatabaseCanNeverTakeDoesNotHoldOthers()
    {
        await Hub.Services.RecordPublishedAsync(Workspace, "bad", _agent.AgentId, "local\0host:1", 23000, Ended);
        await PublishAsync("db", 23001);
        await using var db = Hub.Database.Connect();
        Assert.True(await db.Services.AnyAsync(service => service.Name == "db", Ended));
    }

    [Fact]
    public async Task ListFollowsEveryChangeAndTheOneInHandStays()
    {
        var other = await Hub.NewAgentAsync(Workspace, "other");
        var empty = Hub.Services.List(Workspace);
        await PublishAsync("web", 23000);
        var one = Hub.Services.List(Workspace);
        Assert.Same(one, Hub.Services.List(Workspace));
        await PublishAsync("db", 23001);
        Assert.Equal(["db", "web"], Hub.Services.List(Workspace).Select(service => service.Name));
        Assert.Equal(2, Hub.Services.Count(Workspace, _agent.AgentId));
        // Moves to another agent, and takes the port of "web".
        await Hub.Services.RecordPublishedAsync(Workspace, "db", other.AgentId, "localhost:1", 23000, Ended);
        var moved = Hub.Services.List(Workspace);
        Assert.Equal("db", Assert.Single(moved.OfAgent(other.AgentId)).Name);
        Assert.Null(Assert.Single(moved.OfAgent(_agent.AgentId)).Port);
        Assert.Empty(moved.OfAgent("nobody"));
        await Hub.Services.DeleteAsync(Workspace, "web", "test", Ended);
        Assert.Equal("db", Assert.Single(Hub.Services.List(Workspace)).Name);
        Assert.Equal((1, 0, 1), (Hub.Services.Count(Workspace), Hub.Services.Count(Workspace, _agent.AgentId), Hub.Services.Count(Workspace, other.AgentId)));
        Assert.Equal((0, 23000), (empty.Count, Assert.Single(one).Port));
    }

    private protected async Task UntilWrittenAsync(params string[] names) => await Until.TrueAsync(
        async () =>
        {
            await using var db = Hub.Database.Connect();
            return await db.Services.CountAsync(service => names.Contains(service.Name), Ended) == names.Length;
        },
        $"{string.Join(", ", names)} in the database",
        () => _time.Advance(TimeSpan.FromSeconds(1)));

    private protected Task PublishAsync(string name, int port) =>
        Hub.Services.RecordPublishedAsync(Workspace, name, _agent.AgentId, $"localhost:{port}", port, Ended);

    private async Task AssertDatabaseAgreesAsync()
    {
        await using var restarted = await TestHub.StartAsync(Engine, _time);
        Assert.Equal(Hub.Services.List(Workspace), restarted.Services.List(Workspace));
        Assert.Equal(Hub.Services.Leases.Order(), restarted.Services.Leases.Order());
    }
}

public sealed class ServiceDirectoryTestsOnSqlite() : ServiceDirectoryTests(null);

public sealed class ServiceDirectoryTestsOnPostgres(PostgresServer server) : ServiceDirectoryTests(server)
{
    /// <summary>With an error that looks like an outage (P0001): it is tried again, and behind the others.</summary>
    [Fact]
    public async Task ServiceThatFailsEachTimeDoesNotHoldOthers()
    {
        await Hub.ExecuteAsync("""
            CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''not now''; END' LANGUAGE plpgsql;
            CREATE TRIGGER refuse BEFORE INSERT ON services FOR EACH ROW WHEN (NEW.name LIKE 'bad%') EXECUTE FUNCTION refuse();
            """);
        await PublishAsync("bad", 23000);
        await PublishAsync("bad2", 23001);
        await PublishAsync("db", 23002);
        await PublishAsync("web", 23003);
        await UntilWrittenAsync("db", "web");
        await Hub.ExecuteAsync("DROP TRIGGER refuse ON services");
        await UntilWrittenAsync("bad", "bad2");
    }
}
