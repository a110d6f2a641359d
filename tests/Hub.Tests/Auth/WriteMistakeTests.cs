using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

/// <summary>A mistake of the hub in one of its writes behind callers' backs costs that write and none after it.</summary>
public sealed class WriteMistakeTests() : EngineSuite(null)
{
    [Fact]
    public async Task TouchesGoOn()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var touches = new Touches(
            hub.Database,
            (_, id, _, _, _) =>
            {
                if (id == "good")
                    written.TrySetResult();
                else
                    asked.TrySetResult();
                return id == "good" ? Task.CompletedTask : throw new InvalidOperationException("a mistake");
            },
            NullLogger.Instance);
        touches.Add("bad", "");
        // Not in one batch with it.
        await asked.Task.WithinCap();
        touches.Add("good", "");
        await written.Task.WithinCap();
    }

    [Fact]
    public async Task ServicesGoOn()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var agent = await hub.NewAgentAsync(await hub.DefaultWorkspaceAsync());
        await using var writes = new ServiceWrites(
            hub.Database, hub.Audit,
            service => service.Name == "bad"
                ? throw new InvalidOperationException("a mistake")
                : new ServiceRecord(service.WorkspaceId, service.Name, agent.AgentId, "localhost:1", 23000, DateTimeOffset.UnixEpoch),
            NullLogger.Instance);
        await writes.SaveAsync((agent.WorkspaceId, "bad"), Ended);
        await writes.SaveAsync((agent.WorkspaceId, "db"), Ended);
        await using var db = hub.Database.Connect();
        Assert.Equal("db", (await db.Services.SingleAsync(Ended)).Name);
    }

    /// <summary>The same among those that an outage held back, which the loop brings in.</summary>
    [Fact]
    public async Task DelayedServicesGoOn()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var hub = await TestHub.StartAsync(Engine, time);
        var agent = await hub.NewAgentAsync(await hub.DefaultWorkspaceAsync());
        var isOver = false;
        await using var writes = new ServiceWrites(
            hub.Database, hub.Audit,
            service => Volatile.Read(ref isOver) && service.Name == "bad"
                ? throw new InvalidOperationException("a mistake")
                : new ServiceRecord(service.WorkspaceId, service.Name, agent.AgentId, "localhost:1", null, DateTimeOffset.UnixEpoch),
            NullLogger.Instance);
        await hub.ExecuteAsync("ALTER TABLE services RENAME TO away");
        await writes.SaveAsync((agent.WorkspaceId, "bad"), Ended);
        await writes.SaveAsync((agent.WorkspaceId, "db"), Ended);
        Volatile.Write(ref isOver, true);
        await hub.ExecuteAsync("ALTER TABLE away RENAME TO services");
        await UntilAsync(hub, time, "db");
        // And what comes later meets no loop that ended with the mistake.
        await writes.SaveAsync((agent.WorkspaceId, "web"), Ended);
        await UntilAsync(hub, time, "web");
    }

    [Fact]
    public async Task RefusedActsGoOn()
    {
        var time = new BrokenOnce();
        await using var hub = await TestHub.StartAsync(Engine, time);
        time.Break();
        hub.Audit.Refused("w", "key 1", "192.0.2.1", "api.request", "x", "no");
        await Eventually.TrueAsync(() => !time.IsBroken, "the first write");
        // Another kind is written at once; the first, which is counted, at its window's end.
        hub.Audit.Refused("w", "key 2", "192.0.2.1", "api.request", "x", "no");
        await Until.TrueAsync(
            async () =>
            {
                await using var db = hub.Database.Connect();
                return (await db.AuditEvents.Where(line => line.WorkspaceId == "w").Select(line => line.Actor).ToListAsync(Ended))
                    .Distinct().Count() == 2;
            },
            "both refusals",
            () => time.Advance(AuditRefusals.Window));
    }

    private static Task UntilAsync(TestHub hub, FakeTimeProvider time, string name) => Until.TrueAsync(
        async () =>
        {
            await using var db = hub.Database.Connect();
            return await db.Services.AnyAsync(service => service.Name == name, Ended);
        },
        $"{name} in the database",
        () => time.Advance(TimeSpan.FromSeconds(1)));

    /// <summary>A clock whose next look throws: what no write foresees.</summary>
    private sealed class BrokenOnce() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
        private int _broken;

        public bool IsBroken => Volatile.Read(ref _broken) != 0;

        public void Break() => Volatile.Write(ref _broken, 1);

        public override DateTimeOffset GetUtcNow() => Interlocked.Exchange(ref _broken, 0) == 0
            ? base.GetUtcNow()
            : throw new InvalidOperationException("a mistake");
    }
}
