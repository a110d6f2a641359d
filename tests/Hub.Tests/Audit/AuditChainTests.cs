using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Audit;

public abstract class AuditChainTests(PostgresServer? server) : HubSuite(server)
{
    private const int Lines = 24;

    [Fact]
    public async Task TwoHubsThatWriteAtOnceMakeOneChain()
    {
        await using var other = await TestHub.StartAsync(Engine);
        string[] chains = ["", "one", "two"];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var audit = writer % 2 == 0 ? Hub.Audit : other.Audit;
            for (var i = 0; i < 30; i++)
                await audit.WriteAsync(chains[i % 3], $"writer {writer}", "", "test.act", $"{i}", "done", Ended);
        })));
        foreach (var chain in chains)
        {
            var report = await AuditVerification.RunAsync(Hub.Database, chain, Ended);
            Assert.Null(report.Broken);
            Assert.Equal((1, 80), (report.First, report.Last));
        }
    }

    [Fact]
    public async Task LineVanishesWithItsAct()
    {
        await using (var db = Hub.Database.Connect())
        {
            await using var transaction = await db.BeginTransactionAsync(Ended);
            await Hub.Audit.WriteAsync(db, "w", "a", "", "act", "undone", "done", Ended);
        }

        await Hub.Audit.WriteAsync("w", "a", "", "act", "kept", "done", Ended);
        await using var look = Hub.Database.Connect();
        var line = await look.AuditEvents.SingleAsync(row => row.WorkspaceId == "w", Ended);
        Assert.Equal((1, "kept"), (line.Sequence, line.Object));
        Assert.Null((await AuditVerification.RunAsync(Hub.Database, "w", Ended)).Broken);
    }

    [Fact]
    public async Task ActThatCannotBeRecordedIsNotDone()
    {
        var agent = await Hub.NewAgentAsync(await Hub.DefaultWorkspaceAsync());
        await Hub.ExecuteAsync("ALTER TABLE audit_events RENAME TO away");
        await Assert.ThrowsAnyAsync<Exception>(
            () => Hub.Agents.RevokeAsync(agent.WorkspaceId, agent.AgentId, "user 1", "", Ended));
        await Hub.ExecuteAsync("ALTER TABLE away RENAME TO audit_events");
        await using var db = Hub.Database.Connect();
        Assert.NotNull(await db.FindAgentAsync(agent.WorkspaceId, agent.AgentId, Ended));
    }

    [Fact]
    public async Task HostileTextIsKeptAsHarmlessText()
    {
        const string half = "\uD83D";
        await Hub.Audit.WriteAsync("w", "a\0b\n" + half, "", "act", new string('x', 199) + "\U0001F600", "done", Ended);
        await using var db = Hub.Database.Connect();
        var line = await db.AuditEvents.SingleAsync(row => row.WorkspaceId == "w", Ended);
        Assert.Equal("a\uFFFDb\uFFFD\uFFFD", line.Actor);
        Assert.Equal(new string('x', 199) + "\uFFFD", line.Object);
        Assert.Null((await AuditVerification.RunAsync(Hub.Database, "w", Ended)).Broken);
    }

    [Fact]
    public async Task EveryChangeOfOneRowIsFoundAndPlaced()
    {
        await FillAsync("w");
        await FillAsync("v");
        await using var db = Hub.Database.Connect();
        var all = await db.AuditLinesAsync("w", 0, Lines, Ended);
        var changes = 0;
        foreach (var line in all)
            foreach (var (what, change, at) in ChangesOf(line))
            {
                await using var look = Hub.Database.Connect();
                await change(look);
                var report = await AuditVerification.RunAsync(Hub.Database, "w", Ended);
                Assert.True(report.Broken is not null, $"not found: {what} of line {line.Sequence}");
                Assert.True(report.Line == at, $"{what} of line {line.Sequence} was found at {report.Line}: {report.Broken}");
                await RestoreAsync(look, all);
                changes++;
            }

        Assert.True(changes > 300);
        Assert.Null((await AuditVerification.RunAsync(Hub.Database, "w", Ended)).Broken);
        Assert.Null((await AuditVerification.RunAsync(Hub.Database, "v", Ended)).Broken);
    }

    [Fact]
    public async Task HeadThatWasChangedIsFound()
    {
        await FillAsync("w");
        await using var db = Hub.Database.Connect();
        var chain = (await db.FindAuditChainAsync("w", Ended))!;
        AuditChainRow[] forged =
        [
            chain with { Sequence = chain.Sequence - 1 },
            chain with { Sequence = chain.Sequence + 1 },
            chain with { Hash = new string('0', 64) },
            chain with { AnchorSequence = 1 },
            chain with { AnchorHash = "0" },
        ];
        foreach (var forgery in forged)
        {
            await db.UpdateAsync(forgery, token: Ended);
            Assert.NotNull((await AuditVerification.RunAsync(Hub.Database, "w", Ended)).Broken);
        }

        await db.DeleteAsync(chain, token: Ended);
        Assert.NotNull((await AuditVerification.RunAsync(Hub.Database, "w", Ended)).Broken);
        Assert.Contains("w", await db.AuditChainIdsAsync(Ended));
    }

    private async Task FillAsync(string workspaceId)
    {
        for (var i = 0; i < Lines; i++)
            await Hub.Audit.WriteAsync(workspaceId, "user 1", "192.0.2.1", "test.act", $"object {i}", "done", Ended);
    }

    /// <summary>What one statement can do to a line, and where the chain must break.</summary>
    private static IEnumerable<(string What, Func<HubDb, Task> Change, long At)> ChangesOf(AuditEventRow line)
    {
        AuditEventRow[] edited =
        [
            line with { At = line.At[..^2] + (line.At[^2] == '1' ? "2Z" : "1Z") },
            line with { Actor = line.Actor + " " },
            line with { Address = "192.0.2.2" },
            line with { Act = "test.acт" },
            line with { Object = line.Object.ToUpperInvariant() },
            line with { Outcome = "" },
            // Between two fields: the same letters in a row.
            line with { Actor = line.Actor + line.Address, Address = "" },
            line with { Hash = new string('a', 64) },
        ];
        foreach (var edit in edited)
            yield return ($"change to {edit}", db => db.UpdateAsync(edit, token: Ended), line.Sequence);
        yield return ("deletion", db => db.DeleteAsync(line, token: Ended), line.Sequence);
        yield return ("a copy far behind", db => db.InsertAsync(line with { Sequence = 1_000 }, token: Ended), Lines + 1);
        yield return ("a copy before", db => db.InsertAsync(line with { Sequence = Lines + 1 }, token: Ended), Lines + 1);
        yield return ("a move to another chain",
            db => db.AuditEvents.Where(row => row.WorkspaceId == "w" && row.Sequence == line.Sequence)
                .Set(row => row.WorkspaceId, "elsewhere").UpdateAsync(Ended),
            line.Sequence);
        if (line.Sequence < Lines)
            yield return ("exchange with the next",
                async db =>
                {
                    foreach (var (from, to) in ((long, long)[])
                        [(line.Sequence, 5_000), (line.Sequence + 1, line.Sequence), (5_000, line.Sequence + 1)])
                        await db.AuditEvents.Where(row => row.WorkspaceId == "w" && row.Sequence == from)
                            .Set(row => row.Sequence, to).UpdateAsync(Ended);
                },
                line.Sequence);
    }

    private static async Task RestoreAsync(HubDb db, List<AuditEventRow> all)
    {
        await db.AuditEvents.Where(row => row.WorkspaceId == "w" || row.WorkspaceId == "elsewhere").DeleteAsync(Ended);
        await db.BulkCopyAsync(new BulkCopyOptions { BulkCopyType = BulkCopyType.MultipleRows }, all, Ended);
    }
}

public sealed class AuditChainTestsOnSqlite() : AuditChainTests(null);

public sealed class AuditChainTestsOnPostgres(PostgresServer server) : AuditChainTests(server);
