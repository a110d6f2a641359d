using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

/// <summary>
/// Applies each numbered script once, in order, in one transaction, while other hubs that start wait.
/// </summary>
internal static class Migrator
{
    // Long enough for another hub's migration of a big table; a person sees "waiting" as a slow start.
    private const int LockSeconds = 60;
    // Any number, the same in every hub: the name of our lock on a PostgreSQL server (per database).
    private const long LockId = 7_093_121_945_604;

    private const string Journal = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)
        """;

    /// <summary>Applies what is missing, up to a version (all of them in a hub), and tells what that was.</summary>
    /// <exception cref="DatabaseUnavailableException">The tables are a newer hub's.</exception>
    public static async Task<IReadOnlyList<Migration>> RunAsync(
        Database database, CancellationToken ct, int upTo = int.MaxValue)
    {
        await using var connection = database.CreateConnection();
        await connection.OpenAsync(ct);
        // BEGIN waits as long as the connection says, not the command.
        if (connection is SqliteConnection sqlite) sqlite.DefaultTimeout = LockSeconds;
        var postgres = database.Engine == DatabaseUrl.PostgreSql;
        // Write-ahead logging lives in the file: readers and the writer do not wait for each other. Not possible in a
        // transaction.
        if (!postgres) await ExecuteAsync(connection, null, "PRAGMA journal_mode = WAL", ct);

        // SQLite: BEGIN IMMEDIATE, so the whole file is the lock. PostgreSQL: a lock that ends with the transaction.
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (postgres) await ExecuteAsync(connection, transaction, $"SELECT pg_advisory_xact_lock({LockId})", ct);
        await ExecuteAsync(connection, transaction, Journal, ct);
        var missing = await MissingAsync(database.Engine, connection, transaction, ct);
        missing.RemoveAll(migration => migration.Number > upTo);
        foreach (var migration in missing)
        {
            await ExecuteAsync(connection, transaction, migration.Sql, ct);
            if (migration.Then is { } then) await then(connection, transaction, ct);
            await RecordAsync(connection, transaction, migration, database.Time.GetUtcNow(), ct);
        }

        await transaction.CommitAsync(ct);
        return missing;
    }

    /// <summary>What <see cref="RunAsync"/> would apply now; changes nothing and waits for nobody.</summary>
    /// <exception cref="DatabaseUnavailableException">The tables are a newer hub's.</exception>
    public static async Task<IReadOnlyList<Migration>> PendingAsync(Database database, CancellationToken ct)
    {
        await using var connection = database.CreateConnection();
        await connection.OpenAsync(ct);
        await using var known = Command(connection, null, database.Engine == DatabaseUrl.PostgreSql
            ? "SELECT COUNT(*) FROM information_schema.tables "
                + "WHERE table_schema = current_schema() AND table_name = 'schema_migrations'"
            : "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'");
        return Convert.ToInt32(await known.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture) == 0
            ? Migration.All(database.Engine)
            : await MissingAsync(database.Engine, connection, null, ct);
    }

    private static async Task<List<Migration>> MissingAsync(
        string engine, DbConnection connection, DbTransaction? transaction, CancellationToken ct)
    {
        var all = Migration.All(engine);
        var applied = new SortedSet<int>();
        await using (var command = Command(connection, transaction, "SELECT number FROM schema_migrations"))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) applied.Add(reader.GetInt32(0));
        // Tables of a newer hub may mean something else than ours: not touched at all.
        if (applied.Except(all.Select(migration => migration.Number)).Any())
            throw new DatabaseUnavailableException(
                $"its tables are of version {applied.Max} and this hub knows {all[^1].Number}; "
                + "start the newer hub, or restore a backup.");
        return [.. all.Where(migration => !applied.Contains(migration.Number))];
    }

    private static async Task RecordAsync(
        DbConnection connection, DbTransaction transaction, Migration migration, DateTimeOffset at,
        CancellationToken ct)
    {
        await using var command = Command(connection, transaction,
            "INSERT INTO schema_migrations (number, name, applied_at) VALUES (@number, @name, @at)");
        command.Add("@number", migration.Number).Add("@name", migration.Name).Add("@at", UtcTextAttribute.Write(at));
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task ExecuteAsync(
        DbConnection connection, DbTransaction? transaction, string sql, CancellationToken ct)
    {
        await using var command = Command(connection, transaction, sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql)
    {
        var command = connection.CreateCommand();
        // The scripts are our own, embedded in this assembly.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.CommandTimeout = LockSeconds;
        return command;
    }
}
