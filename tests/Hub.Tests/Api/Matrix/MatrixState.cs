using System.Text;
using PrivateConnect.Hub.Tests.Support;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>All rows of all tables as one text, but for what a refused call may write: when a key was used last, and that it was refused.</summary>
internal sealed class MatrixState(TestHub hub)
{
    private IReadOnlyList<string>? _queries;

    public async Task<string> ReadAsync()
    {
        await using var connection = hub.Database.CreateConnection();
        await connection.OpenAsync(TestHub.Ended);
        _queries ??= await QueriesAsync(connection);
        var text = new StringBuilder();
        foreach (var query in _queries) text.Append(query).Append('\n').Append(await RowsAsync(connection, query));
        return text.ToString();
    }

    private async Task<IReadOnlyList<string>> QueriesAsync(System.Data.Common.DbConnection connection)
    {
        var tables = await RowsAsync(connection, hub.Database.Engine == "sqlite"
            ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name");
        var queries = new List<string>();
        foreach (var table in tables.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Trim()))
        {
            queries.Add(table switch
            {
                "api_keys" => "SELECT id, workspace_id, user_id, name, hash, scopes, expires_at, revoked_at FROM api_keys ORDER BY 1",
                "audit_events" => "SELECT * FROM audit_events WHERE outcome = 'done' ORDER BY 1, 2",
                // Only numbers: they move with every line, those of refused acts too.
                "audit_chains" => "SELECT 1",
                _ => $"SELECT * FROM {table} ORDER BY 1, 2",
            });
        }

        return queries;
    }

    private static async Task<string> RowsAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(TestHub.Ended);
        var text = new StringBuilder();
        while (await reader.ReadAsync(TestHub.Ended))
        {
            for (var i = 0; i < reader.FieldCount; i++)
                text.Append(reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i)).Append('\t');
            text.Append('\n');
        }

        return text.ToString();
    }
}
