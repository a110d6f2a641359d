using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Tunnels;

public abstract class TunnelWriterTests(PostgresServer? server) : EngineSuite(server)
{
    private static readonly TunnelKey Key = new("w", "db", "agent", 23000, null, "192.0.2.0/24", TunnelLedger.Done);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 34, 56, TimeSpan.Zero));
    private readonly TunnelLedger _ledger = new();

    [Fact]
    public async Task StreamsOfOneKindAreOneRowAMinute()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        using var writer = Writer(hub);
        for (var i = 0; i < 1_000; i++) _ledger.Add(Key, new TunnelTally(1, 10, 20));
        _ledger.Add(Key with { Ending = "TargetRefused" }, new TunnelTally(1, 0, 0));
        _ledger.Add(Key with { ReachingAgentId = "other", Visitor = "agent" }, new TunnelTally(1, 5, 6));
        writer.Collect();
        Assert.True(await writer.TryWriteAsync(Ended));
        await using var db = hub.Database.Connect();
        var rows = await db.Tunnels.OrderBy(row => row.Streams).ThenBy(row => row.BytesIn).ToListAsync(Ended);
        Assert.Equal(
            [("TargetRefused", 1L, 0L, 0L), ("done", 1, 5, 6), ("done", 1_000, 10_000, 20_000)],
            rows.Select(row => (row.Ending, row.Streams, row.BytesIn, row.BytesOut)));
        Assert.All(rows, row => Assert.Equal(new DateTimeOffset(2026, 1, 1, 12, 34, 0, TimeSpan.Zero), row.Minute));
        Assert.Equal([23000, null, 23000], rows.Select(row => row.Port));
        writer.Collect();
        Assert.Equal(0, writer.Waiting);
    }

    [Fact]
    public void KindsBeyondTheBoundAreOneAndNothingIsLost()
    {
        const int networks = TunnelLedger.MaximumKinds + 500;
        for (var i = 0; i < networks; i++)
            _ledger.Add(Key with { Visitor = $"network {i}" }, new TunnelTally(1, 2, 3));
        var taken = _ledger.Take();
        Assert.Equal(TunnelLedger.MaximumKinds + 1, taken.Count);
        Assert.Equal(networks, taken.Values.Sum(tally => tally.Streams));
        Assert.Equal(500, taken[Key with { Visitor = "various" }].Streams);
        Assert.Empty(_ledger.Take());
    }

    [Fact]
    public async Task RowsWaitForTheDatabaseAndComeOnce()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        using var writer = Writer(hub);
        await hub.ExecuteAsync("ALTER TABLE tunnels RENAME TO away");
        await writer.StartAsync(Ended);
        for (var minute = 0; minute < 3; minute++)
        {
            _ledger.Add(Key, new TunnelTally(1, 1, 1));
            await Until.TrueAsync(
                () => Task.FromResult(writer.Waiting > 0), "a row that waits", () => _time.Advance(TunnelWriter.Period));
        }

        await hub.ExecuteAsync("ALTER TABLE away RENAME TO tunnels");
        await using var db = hub.Database.Connect();
        await Until.TrueAsync(
            async () => await db.Tunnels.SumAsync(row => (long?)row.Streams, Ended) == 3, "the streams in the table",
            () => _time.Advance(TunnelWriter.Period));
        await writer.StopAsync(Ended);
        Assert.Equal(3, await db.Tunnels.SumAsync(row => row.Streams, Ended));
    }

    [Fact]
    public async Task WhatWaitsIsBoundedAndTheOldestGo()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        using var writer = Writer(hub);
        for (var minute = 0; writer.Waiting < TunnelWriter.MaximumWaiting; minute++)
        {
            for (var i = 0; i < 5_000; i++)
                _ledger.Add(Key with { Service = $"s{i}" }, new TunnelTally(1, minute, 0));
            writer.Collect();
        }

        Assert.Equal(TunnelWriter.MaximumWaiting, writer.Waiting);
    }

    [Fact]
    public async Task EndOfTheHubWritesTheLastMinute()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        using var writer = Writer(hub);
        await writer.StartAsync(Ended);
        _ledger.Add(Key, new TunnelTally(1, 1, 1));
        await writer.StopAsync(Ended);
        await using var db = hub.Database.Connect();
        Assert.Equal(1, await db.Tunnels.CountAsync(Ended));
    }

    private TunnelWriter Writer(TestHub hub) =>
        new(new AgentRegistry(), _ledger, hub.Database, NullLogger<TunnelWriter>.Instance);
}

public sealed class TunnelWriterTestsOnSqlite() : TunnelWriterTests(null);

public sealed class TunnelWriterTestsOnPostgres(PostgresServer server) : TunnelWriterTests(server);
