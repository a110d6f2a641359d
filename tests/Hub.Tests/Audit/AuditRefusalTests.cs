using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Audit;

public sealed class AuditRefusalTests() : EngineSuite(null)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task FloodIsOneLineAtOnceAndOneAMinute()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        for (var i = 0; i < 10_000; i++)
            hub.Audit.Refused(null, "stranger", $"192.0.2.{i % 250}", "api.request", "/v1/agents", "wrong key or token");
        await LinesAsync(hub, "", 1);
        _time.Advance(AuditRefusals.Window);
        var lines = await LinesAsync(hub, "", 2);
        Assert.Equal(10_000, lines.Sum(Count));
        Assert.Equal(("stranger", "192.0.2.0", "/v1/agents"), (lines[0].Actor, lines[0].Address, lines[0].Object));
        Assert.StartsWith("refused", lines[0].Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManySourcesAreToldApartUpToABound()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        for (var i = 0; i < 5_000; i++)
            hub.Audit.Refused("w", "stranger", $"10.{i / 250}.{i % 250}.1", "api.request", "x", "wrong");
        await Until.TrueAsync(
            async () =>
            {
                _time.Advance(AuditRefusals.Window);
                return (await ReadAsync(hub, "w")).Sum(Count) == 5_000;
            },
            "every refusal counted");
        var lines = await ReadAsync(hub, "w");
        Assert.InRange(lines.Count, AuditRefusals.MaximumKinds, 2 * (AuditRefusals.MaximumKinds + 1));
        Assert.Contains(lines, line => line.Address == "various");
        Assert.Null((await AuditVerification.RunAsync(hub.Database, "w", Ended)).Broken);
    }

    [Fact]
    public async Task RefusalsWaitForTheDatabase()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        await hub.ExecuteAsync("ALTER TABLE audit_events RENAME TO away");
        for (var i = 0; i < 50; i++) hub.Audit.Refused("w", $"key {i % 2}", "192.0.2.1", "api.request", "x", "no");
        await hub.ExecuteAsync("ALTER TABLE away RENAME TO audit_events");
        await Until.TrueAsync(
            async () =>
            {
                _time.Advance(AuditRefusals.Window);
                return (await ReadAsync(hub, "w")).Sum(Count) == 50;
            },
            "every refusal counted");
    }

    [Fact]
    public async Task WhatIsCountedIsWrittenAtTheEnd()
    {
        await using (var hub = await TestHub.StartAsync(Engine))
            for (var i = 0; i < 7; i++) hub.Audit.Refused("w", "key 1", "192.0.2.1", "api.request", "x", "no");
        await using var again = await TestHub.StartAsync(Engine);
        Assert.Equal(7, (await ReadAsync(again, "w")).Sum(Count));
    }

    private static long Count(AuditEventRow line) =>
        line.Outcome.StartsWith("refused:", StringComparison.Ordinal) ? 1 : long.Parse(line.Outcome.Split(' ')[1]);

    private static async Task<List<AuditEventRow>> LinesAsync(TestHub hub, string workspaceId, int count)
    {
        await Until.TrueAsync(async () => (await ReadAsync(hub, workspaceId)).Count == count, $"{count} lines");
        return await ReadAsync(hub, workspaceId);
    }

    private static async Task<List<AuditEventRow>> ReadAsync(TestHub hub, string workspaceId)
    {
        await using var db = hub.Database.Connect();
        return await db.AuditLinesAsync(workspaceId, 0, 10_000, Ended);
    }
}
