using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace PrivateConnect.Hub.Data;

/// <summary>Tells failures of the database from bugs, and one kind of failure from another, on both engines.</summary>
internal static class DatabaseFailure
{
    private const int SqliteConstraint = 19;

    /// <summary>One line for people, or null when this is not a failure of the database.</summary>
    public static string? Describe(Exception failure) => failure switch
    {
        DatabaseUnavailableException known => known.Message,
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } or
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            "the server refused the user or the password; check DATABASE_URL.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            "the server has no database of that name; create it or check DATABASE_URL.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
            $"the user lacks a right ({Line(refused.MessageText)}); grant it the schema.",
        PostgresException server => $"the server answered {Line(server.MessageText)} ({server.SqlState}).",
        NpgsqlException { InnerException: SocketException socket } =>
            $"no connection ({Line(socket.Message)}); is the server running there?",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException =>
            "the server did not answer in time; is it overloaded or cut off?",
        NpgsqlException other => $"{Line(other.Message)}.",
        SqliteException sqlite => $"SQLite answered {Line(sqlite.Message)}.",
        DbException other => $"{Line(other.Message)}.",
        UnauthorizedAccessException => "the file or its folder may not be written; check the owner of DATA_DIR.",
        IOException file => $"{Line(file.Message)}.",
        SocketException socket => $"no connection ({Line(socket.Message)}); is the server running there?",
        _ => null,
    };

    /// <summary>A unique key already has that value: somebody else was first.</summary>
    public static bool IsDuplicate(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
        || failure is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>The row breaks a rule of the tables, or holds what no column takes: trying again cannot help.</summary>
    public static bool IsRefusal(Exception failure) =>
        failure is PostgresException { SqlState: ['2', '2' or '3', ..] }
        || failure is SqliteException { SqliteErrorCode: SqliteConstraint };

    /// <summary>The database is down, slow, full or read-only: the request failed, not the program.</summary>
    /// <remarks>
    /// Npgsql wraps most failures of a new connection, not all: a client certificate's file that is away comes out as an
    /// IOException. So none of the kinds that <see cref="Describe"/> knows of sockets and files is taken for a bug.
    /// </remarks>
    public static bool IsFailure(Exception failure) =>
        failure is DbException or TimeoutException or DatabaseUnavailableException or SocketException or IOException;

    private static string Line(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? text : text[..end]).TrimEnd('.', ' ');
    }
}
