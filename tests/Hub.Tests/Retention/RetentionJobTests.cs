using System.Globalization;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Retention;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Retention;

public abstract class RetentionJobTests(PostgresServer? server) : EngineSuite(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task EachTableLosesWhatIsOverAndNothingElse()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        var workspace = await hub.DefaultWorkspaceAsync();
        var user = (await hub.Links.RedeemAsync((await hub.Links.CreateSetupAsync(Ended))!, "o@example.org", Ended)).UserId!;
        await FillAsync(hub, workspace, user);
        var job = new RetentionJob(hub.Database, new RetentionPeriods(), hub.Audit, NullLogger<RetentionJob>.Instance);
        await job.RunOnceAsync(Ended);
        Assert.All((await CountsAsync(hub)).Values, count => Assert.Equal(1, count));

        // A day after their end what was spent goes.
        _time.Advance(TimeSpan.FromDays(9));
        await job.RunOnceAsync(Ended);
        var counts = await CountsAsync(hub);
        Assert.Equal((1, 1), (counts["tunnels"], counts["diagnostics"]));
        Assert.All(counts.Where(table => table.Key is not ("tunnels" or "diagnostics")), table => Assert.Equal(0, table.Value));

        _time.Advance(TimeSpan.FromDays(22));
        await FillAsync(hub, workspace, user);
        await job.RunOnceAsync(Ended);
        Assert.All((await CountsAsync(hub)).Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task ManyRowsGoInBatchesAndZeroDaysKeepsAll()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        await using (var db = hub.Database.Connect())
            await db.BulkCopyAsync(
                new BulkCopyOptions { BulkCopyType = BulkCopyType.MultipleRows },
                Enumerable.Range(0, 2 * RetentionJob.BatchRows + 1).Select(i => Tunnel($"w{i}", _time.GetUtcNow())), Ended);
        _time.Advance(TimeSpan.FromDays(400));
        var forEver = new RetentionPeriods { Tunnels = TimeSpan.Zero, Audit = TimeSpan.Zero };
        await new RetentionJob(hub.Database, forEver, hub.Audit, NullLogger<RetentionJob>.Instance).RunOnceAsync(Ended);
        Assert.Equal(2 * RetentionJob.BatchRows + 1, (await CountsAsync(hub))["tunnels"]);
        await new RetentionJob(hub.Database, new RetentionPeriods(), hub.Audit, NullLogger<RetentionJob>.Instance)
            .RunOnceAsync(Ended);
        Assert.Equal(0, (await CountsAsync(hub))["tunnels"]);
    }

    [Fact]
    public async Task RunsEveryHourByItself()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        using var job = new RetentionJob(hub.Database, new RetentionPeriods(), hub.Audit, NullLogger<RetentionJob>.Instance);
        await using var db = hub.Database.Connect();
        await job.StartAsync(Ended);
        for (var i = 0; i < 2; i++)
        {
            await db.InsertAsync(Tunnel("w", _time.GetUtcNow() - TimeSpan.FromDays(31)), token: Ended);
            await Until.TrueAsync(
                async () => !await db.Tunnels.AnyAsync(Ended), "the old row gone", () => _time.Advance(RetentionJob.Period));
        }

        await job.StopAsync(Ended);
    }

    private async Task FillAsync(TestHub hub, string workspace, string user)
    {
        // The set-up link, where it is still there, is a row of its own.
        await hub.ExecuteAsync("DELETE FROM login_links WHERE kind = 'setup'");
        await hub.Links.CreateForAsync("o@example.org", LoginLinks.LinkLife, Ended);
        await hub.Sessions.CreateAsync(user, "127.0.0.1", "test", Ended);
        await hub.Tokens.CreateAsync(Requester.Local(workspace, "test"), TimeSpan.FromHours(1), false, Ended);
        var diagnostic = await hub.Get<Diagnostics>().StoreAsync(workspace, null, "test", "{}", Ended);
        await hub.Get<ShareLinks>().CreateAsync(workspace, diagnostic.Id, TimeSpan.FromDays(1), "test", "", Ended);
        await using var db = hub.Database.Connect();
        await db.InsertAsync(Tunnel(workspace, _time.GetUtcNow()), token: Ended);
        var (now, over) = (_time.GetUtcNow().ToString("s") + "Z", _time.GetUtcNow().AddMinutes(10).ToString("s") + ".000Z");
        await hub.ExecuteAsync($"""
            INSERT INTO invitations (id, workspace_id, email, role, hash, mailed, invited_by, created_at, expires_at)
            VALUES ('i', '{workspace}', 'n@example.org', 'viewer', 'h', FALSE, 'x', '{now}', '{over}')
            """);
        await hub.ExecuteAsync($"""
            INSERT INTO device_codes (id, device_hash, user_hash, label, agent_version, ephemeral, address, source,
                created_at, expires_at, state)
            VALUES ('d', 'h', 'u', 'l', 'v', FALSE, '', '', '{now}', '{over}', 'open')
            """);
        await hub.ExecuteAsync($"INSERT INTO resting_ports (port, workspace_id, until) VALUES (23001, '{workspace}', '{over}')");
    }

    private TunnelRow Tunnel(string workspace, DateTimeOffset minute) => new()
    {
        Id = Ids.New(_time),
        WorkspaceId = workspace,
        Minute = minute,
        Service = "db",
        AgentId = "a",
        Visitor = "loopback",
        Ending = "done",
        Streams = 1,
        BytesIn = 1,
        BytesOut = 1,
    };

    private static async Task<Dictionary<string, int>> CountsAsync(TestHub hub)
    {
        await using var db = hub.Database.Connect();
        var counts = new Dictionary<string, int>();
        foreach (var rule in RetentionRule.All)
            counts[rule.Table] = Convert.ToInt32(
                await db.ExecuteAsync<long>($"SELECT COUNT(*) FROM {rule.Table}", Ended), CultureInfo.InvariantCulture);
        return counts;
    }
}

public sealed class RetentionJobTestsOnSqlite() : RetentionJobTests(null);

public sealed class RetentionJobTestsOnPostgres(PostgresServer server) : RetentionJobTests(server);
