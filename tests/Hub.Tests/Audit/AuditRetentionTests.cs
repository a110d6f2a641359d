using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Audit;

public abstract class AuditRetentionTests(PostgresServer? server) : EngineSuite(server)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task OldLinesGoAndTheRestStillHolds()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        // More than a batch is old, and a second round removes the lines of the first.
        for (var round = 0; round < 3; round++)
        {
            var old = AuditRetention.BatchLines / 2 + 7;
            await FillAsync(hub, old);
            _time.Advance(Kept / 2);
            await FillAsync(hub, 5);
            _time.Advance(Kept / 2 + TimeSpan.FromDays(2));
            Assert.True(await Retention(hub).RunAsync(Kept, Ended) >= old);
            var report = await AuditVerification.RunAsync(hub.Database, "w", Ended);
            Assert.Null(report.Broken);
            await using var db = hub.Database.Connect();
            Assert.Equal(report.Last - report.First + 1, await db.AuditEvents.CountAsync(row => row.WorkspaceId == "w", Ended));
            Assert.Equal(0, await Retention(hub).RunAsync(Kept, Ended));
        }
    }

    [Fact]
    public async Task ChainWithoutABeginningThatRetentionDidNotRemoveIsFound()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        await FillAsync(hub, 10);
        await using var db = hub.Database.Connect();
        var fourth = (await db.AuditLinesAsync("w", 3, 1, Ended))[0];
        // As retention does it, but for the line that says so.
        await db.CutAuditAsync(fourth, Ended);
        var report = await AuditVerification.RunAsync(hub.Database, "w", Ended);
        Assert.Equal(5, report.Line);
        Assert.NotNull(report.Broken);
    }

    [Fact]
    public async Task ChainThatIsBrokenIsNotCut()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        await FillAsync(hub, 10);
        await hub.ExecuteAsync("UPDATE audit_events SET actor = 'nobody' WHERE workspace_id = 'w' AND sequence = 7");
        _time.Advance(Kept * 2);
        Assert.Equal(0, await Retention(hub).RunAsync(Kept, Ended));
        await using var db = hub.Database.Connect();
        Assert.Equal(10, await db.AuditEvents.CountAsync(row => row.WorkspaceId == "w", Ended));
    }

    [Fact]
    public async Task TwoHubsThatCutAtOnceKeepTheChainWhole()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        await using var other = await TestHub.StartAsync(Engine, _time);
        await FillAsync(hub, AuditRetention.BatchLines + 50);
        _time.Advance(Kept * 2);
        await FillAsync(hub, 3);
        await Task.WhenAll(
            Task.Run(() => Retention(hub).RunAsync(Kept, Ended)), Task.Run(() => Retention(other).RunAsync(Kept, Ended)));
        Assert.Null((await AuditVerification.RunAsync(hub.Database, "w", Ended)).Broken);
    }

    private static AuditRetention Retention(TestHub hub) => new(hub.Database, hub.Audit, NullLogger.Instance);

    private static async Task FillAsync(TestHub hub, int lines)
    {
        await using var db = hub.Database.Connect();
        await using var transaction = await db.BeginTransactionAsync(Ended);
        for (var i = 0; i < lines; i++)
            await hub.Audit.WriteAsync(db, "w", "user 1", "192.0.2.1", "test.act", $"{i}", "done", Ended);
        await transaction.CommitAsync(Ended);
    }
}

public sealed class AuditRetentionTestsOnSqlite() : AuditRetentionTests(null);

public sealed class AuditRetentionTestsOnPostgres(PostgresServer server) : AuditRetentionTests(server);
