using System.Data.Common;
using LinqToDB;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.DataProvider.SQLite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace PrivateConnect.Hub.Data;

/// <summary>
/// The hub's database, opened and migrated. Thread-safe; every caller takes its own connection and disposes it.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly DataOptions _options;
    private readonly NpgsqlDataSource? _postgres;
    private readonly string _connectionString;

    private Database(DatabaseUrl url, DatabaseLimits limits, TimeProvider time)
    {
        Engine = url.Engine;
        Time = time;
        AnswerLimit = limits.Answer;
        if (url.Engine == DatabaseUrl.PostgreSql)
        {
            // Not from a pool: it is used once.
            _connectionString = new NpgsqlConnectionStringBuilder(url.ConnectionString) { Pooling = false }.ConnectionString;
            _postgres = NpgsqlDataSource.Create(limits.Postgres(url.ConnectionString));
            var provider = PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15);
            _options = new DataOptions().UseConnectionFactory(provider, _ => _postgres.CreateConnection());
        }
        else
        {
            _connectionString = limits.Sqlite(url.ConnectionString);
            _options = new DataOptions().UseSQLite(_connectionString, SQLiteProvider.Microsoft)
                .UseAfterConnectionOpened(connection => SqliteFile.SetBusyTimeout(connection, limits.Busy));
        }
    }

    /// <summary>"sqlite" or "postgresql".</summary>
    public string Engine { get; }

    /// <summary>The migrations that opening it ran.</summary>
    public IReadOnlyList<string> Applied { get; private set; } = [];

    internal TimeProvider Time { get; }

    /// <summary>How long a request waits for the database before its caller is told that it is away.</summary>
    internal TimeSpan AnswerLimit { get; }

    /// <summary>
    /// Opens the database that the URL names and brings its tables up to date; two hubs may do so at once.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be used; the message is one line.</exception>
    public static async Task<Database> OpenAsync(
        string? databaseUrl, string dataDir, TimeProvider time, CancellationToken ct) =>
        await OpenAsync(databaseUrl, dataDir, time, DatabaseLimits.Default, ct);

    /// <summary>The same with other limits, or tables of an earlier version; for tests.</summary>
    internal static async Task<Database> OpenAsync(
        string? databaseUrl, string dataDir, TimeProvider time, DatabaseLimits limits, CancellationToken ct,
        int upTo = int.MaxValue) =>
        await GuardAsync(
            databaseUrl, dataDir, time, limits,
            async database =>
            {
                database.Applied = [.. (await Migrator.RunAsync(database, ct, upTo)).Select(migration => migration.FullName)];
                return database;
            });

    /// <summary>The migrations that opening would run; changes nothing.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be used; the message is one line.</exception>
    public static async Task<IReadOnlyList<string>> PendingMigrationsAsync(
        string? databaseUrl, string dataDir, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(dataDir);
        if (DatabaseUrl.Parse(databaseUrl, dataDir).File is { } file && !File.Exists(file))
            return [.. Migration.All(DatabaseUrl.Sqlite).Select(migration => migration.FullName)];
        return await GuardAsync<IReadOnlyList<string>>(
            databaseUrl, dataDir, time, DatabaseLimits.Default,
            async database =>
            {
                await using (database)
                    return [.. (await Migrator.PendingAsync(database, ct)).Select(migration => migration.FullName)];
            });
    }

    private static async Task<T> GuardAsync<T>(
        string? databaseUrl, string dataDir, TimeProvider time, DatabaseLimits limits, Func<Database, Task<T>> use)
    {
        ArgumentNullException.ThrowIfNull(dataDir);
        ArgumentNullException.ThrowIfNull(time);
        var url = DatabaseUrl.Parse(databaseUrl, dataDir);
        Database? database = null;
        try
        {
            if (url.File is not null) SqliteFile.Prepare(url.File);
            database = new Database(url, limits, time);
            return await use(database);
        }
        catch (Exception cause) when (DatabaseFailure.Describe(cause) is { } reason)
        {
            if (database is not null) await database.DisposeAsync();
            throw new DatabaseUnavailableException($"The database {url.Place} cannot be used: {reason}", cause);
        }
        catch
        {
            if (database is not null) await database.DisposeAsync();
            throw;
        }
    }

    public HubDb Connect() => new(_options);

    /// <summary>A plain connection for migrations, which are SQL scripts, need no mapping and have time.</summary>
    internal DbConnection CreateConnection() =>
        _postgres is not null ? new NpgsqlConnection(_connectionString) : new SqliteConnection(_connectionString);

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        else
        {
            // The pool would keep the file open after the hub let go of it.
            await using var connection = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(connection);
        }
    }
}
