using System.Globalization;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>Every row of every table as text, the same on both engines.</summary>
internal static class TableDump
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static async Task<Dictionary<string, List<Dictionary<string, string>>>> ReadAsync(
        Database database, CancellationToken ct)
    {
        var tables = await RowsAsync(database, database.Engine == DatabaseUrl.PostgreSql
            ? "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", ct);
        var dump = new Dictionary<string, List<Dictionary<string, string>>>(StringComparer.Ordinal);
        foreach (var table in tables)
            dump[table["name"]] = await RowsAsync(database, $"SELECT * FROM {table["name"]}", ct);
        return dump;
    }

    public static async Task ExecuteAsync(Database database, string sql, CancellationToken ct)
    {
        await using var connection = database.CreateConnection();
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<List<Dictionary<string, string>>> RowsAsync(
        Database database, string sql, CancellationToken ct)
    {
        await using var connection = database.CreateConnection();
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<Dictionary<string, string>>();
        while (await reader.ReadAsync(ct))
            rows.Add(Enumerable.Range(0, reader.FieldCount)
                .ToDictionary(reader.GetName, i => Text(reader.GetValue(i)), StringComparer.Ordinal));
        return rows;
    }

    private static string Text(object value) => value switch
    {
        DBNull => "",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        DateTime time => time.ToUniversalTime().ToString(Time, CultureInfo.InvariantCulture),
        bool yes => yes ? "1" : "0",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
