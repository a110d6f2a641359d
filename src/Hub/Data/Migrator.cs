using System.Data.Common;
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

    public static async Task RunAsync(Database database, CancellationToken ct)
    {
        var migrations = Migration.All(database.Engine);
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
        var applied = await AppliedAsync(connection, transaction, ct);
        var unknown = applied.Except(migrations.Select(migration => migration.Number)).Order().LastOrDefault();
        if (unknown != 0)
            throw new DatabaseUnavailableException(
                $"its tables are of version {unknown} and this hub knows {migrations[^1].Number}; "
                + "start the newer hub, or restore a backup.");

        foreach (var migration in migrations.Where(migration => !applied.Contains(migration.Number)))
        {
            await ExecuteAsync(connection, transaction, migration.Sql, ct);
            await RecordAsync(connection, transaction, migration, database.Time.GetUtcNow(), ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task<HashSet<int>> AppliedAsync(
        DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        await using var command = Command(connection, transaction, "SELECT number FROM schema_migrations");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var numbers = new HashSet<int>();
        while (await reader.ReadAsync(ct)) numbers.Add(reader.GetInt32(0));
        return numbers;
    }

    private static async Task RecordAsync(
        DbConnection connection, DbTransaction transaction, Migration migration, DateTimeOffset at,
        CancellationToken ct)
    {
        await using var command = Command(connection, transaction,
            "INSERT INTO schema_migrations (number, name, applied_at) VALUES (@number, @name, @at)");
        Add(command, "@number", migration.Number);
        Add(command, "@name", migration.Name);
        Add(command, "@at", UtcTextAttribute.Write(at));
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

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
