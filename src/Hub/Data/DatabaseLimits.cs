using Microsoft.Data.Sqlite;
using Npgsql;

namespace PrivateConnect.Hub.Data;

/// <summary>How long the hub waits for its database while somebody waits for the hub.</summary>
/// <param name="Connect">For a connection, from the pool or new; and for the server to take note that a statement was given up.</param>
/// <param name="Command">For the answer to one statement.</param>
/// <param name="Busy">SQLite: for the writer before.</param>
/// <param name="Answer">For all that one request asks.</param>
internal sealed record DatabaseLimits(TimeSpan Connect, TimeSpan Command, TimeSpan Busy, TimeSpan Answer)
{
    /// <summary>A person or program that waits is told after a second and a half. Npgsql knows whole seconds only.</summary>
    public static DatabaseLimits Default { get; } = new(
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1.5));

    public string Postgres(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Timeout = (int)Connect.TotalSeconds,
        CommandTimeout = (int)Command.TotalSeconds,
        // Do not wait for the statement's own end after that.
        CancellationTimeout = -1,
    }.ConnectionString;

    /// <summary>The provider tries again for so long after SQLite's own wait (<see cref="Busy"/>), unless that took longer.</summary>
    public string Sqlite(string connectionString) => new SqliteConnectionStringBuilder(connectionString)
    {
        DefaultTimeout = (int)Connect.TotalSeconds,
    }.ConnectionString;
}
