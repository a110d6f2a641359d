using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LinqToDB.Data;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

/// <summary>
/// Filled databases of every version become the newest and keep their rows. Snapshots/NNNN.sql fills what migration NNNN
/// brought, as the hub of that version does; a migration that adds a table brings one.
/// </summary>
public abstract partial class UpgradeTests(PostgresServer? server) : EngineSuite(server)
{
    public static IEnumerable<TheoryDataRow<int>> Versions() =>
        Migration.All(DatabaseUrl.Sqlite).Select(migration => new TheoryDataRow<int>(migration.Number));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task FilledDatabaseKeepsItsRows(int version)
    {
        var before = await FillAsync(version);
        // A migration that adds a table brings rows for it; with none this test proves nothing of it.
        Assert.Empty(before.Where(table => table.Value.Count == 0).Select(table => table.Key));
        await using var hub = await TestHub.StartAsync(Engine);
        var after = await TableDump.ReadAsync(hub.Database, Ended);
        foreach (var (table, rows) in before)
        {
            Assert.True(after.ContainsKey(table), $"table {table} is gone");
            foreach (var row in rows)
                Assert.True(
                    after[table].Exists(kept => row.All(cell => !kept.TryGetValue(cell.Key, out var now) || now == cell.Value)),
                    $"{table} lost {string.Join(", ", row)}");
        }

        foreach (var chain in after["audit_chains"])
            Assert.Null((await AuditVerification.RunAsync(hub.Database, chain["workspace_id"], Ended)).Broken);
        // It is a database like any other: what is unique and what refers to what still holds.
        await hub.NewAgentAsync(await hub.DefaultWorkspaceAsync());
        if (Engine.IsPostgres) return;
        await using var db = hub.Database.Connect();
        Assert.Empty(await db.QueryToListAsync<string>("PRAGMA foreign_key_check", Ended));
    }

    [Fact]
    public async Task FourHubsUpgradeAFilledDatabaseAtOnce()
    {
        await FillAsync(1);
        var hubs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TestHub.StartAsync(Engine))));
        var newest = Migration.All(hubs[0].Database.Engine);
        Assert.Equal(newest.Count - 1, Assert.Single(hubs, hub => hub.Database.Applied.Count > 0).Database.Applied.Count);
        Assert.Equal(6, (await TableDump.ReadAsync(hubs[0].Database, Ended))["audit_events"].Count);
        foreach (var hub in hubs) await hub.DisposeAsync();
    }

    [Fact]
    public void BothEnginesHaveTheSameMigrations() => Assert.Equal(
        Migration.All(DatabaseUrl.Sqlite).Select(migration => migration.FullName),
        Migration.All(DatabaseUrl.PostgreSql).Select(migration => migration.FullName));

    private async Task<Dictionary<string, List<Dictionary<string, string>>>> FillAsync(int version)
    {
        await Engine.CreateAsync();
        foreach (var number in Migration.All(DatabaseUrl.Sqlite).Select(migration => migration.Number).Where(n => n <= version))
        {
            await using var database = await Database.OpenAsync(
                Engine.Url, Engine.Folder, TimeProvider.System, TestHub.Patient, Ended, number);
            if (Snapshot(number) is { } rows) await TableDump.ExecuteAsync(database, rows, Ended);
            if (number == version) return await TableDump.ReadAsync(database, Ended);
        }

        throw new ArgumentOutOfRangeException(nameof(version));
    }

    private string? Snapshot(int number, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "..", "Snapshots", $"{number:0000}.sql");
        return File.Exists(file)
            ? Blob().Replace(File.ReadAllText(file), Engine.IsPostgres ? @"'\x$1'" : "X'$1'")
            : null;
    }

    [GeneratedRegex(@"\{blob:([0-9a-f]*)\}")]
    private static partial Regex Blob();
}

public sealed class UpgradeTestsOnSqlite() : UpgradeTests(null);

public sealed class UpgradeTestsOnPostgres(PostgresServer server) : UpgradeTests(server);
