using System.Data.Common;
using LinqToDB;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.DataProvider.SQLite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace PrivateConnect.Hub.Data;

/// <summary>The hub's database, opened and migrated. Thread-safe; every caller takes its own connection and disposes it.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly DataOptions _options;
    private readonly NpgsqlDataSource? _postgres;
    private readonly string _connectionString;

    private Database(DatabaseUrl url, TimeProvider time)
    {
        Engine = url.Engine;
        Time = time;
        _connectionString = url.ConnectionString;
        if (url.Engine == DatabaseUrl.PostgreSql)
        {
            _postgres = NpgsqlDataSource.Create(url.ConnectionString);
            var provider = PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15);
            _options = new DataOptions().UseConnectionFactory(provider, _ => _postgres.CreateConnection());
        }
        else
        {
            _options = new DataOptions().UseSQLite(url.ConnectionString, SQLiteProvider.Microsoft)
                .UseAfterConnectionOpened(SqliteFile.SetBusyTimeout);
        }
    }

    /// <summary>"sqlite" or "postgresql".</summary>
    public string Engine { get; }

    internal TimeProvider Time { get; }

    /// <summary>Opens the database that the URL names and brings its tables up to date; two hubs may do so at once.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be used; the message is one line.</exception>
    public static async Task<Database> OpenAsync(
        string? databaseUrl, string dataDir, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(dataDir);
        ArgumentNullException.ThrowIfNull(time);
        var url = DatabaseUrl.Parse(databaseUrl, dataDir);
        Database? database = null;
        try
        {
            if (url.File is not null) SqliteFile.Prepare(url.File);
            database = new Database(url, time);
            await Migrator.RunAsync(database, ct);
            return database;
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

    /// <summary>A plain connection for migrations, which are SQL scripts and need no mapping.</summary>
    internal DbConnection CreateConnection() =>
        _postgres is not null ? _postgres.CreateConnection() : new SqliteConnection(_connectionString);

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
