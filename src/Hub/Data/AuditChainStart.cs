using System.Data.Common;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

/// <summary>
/// After migration 5 numbered the lines of earlier hubs: links them, so that they are kept by the chain from now on.
/// </summary>
internal static class AuditChainStart
{
    public const int Migration = 5;

    private const string Lines = """
        SELECT workspace_id, sequence, at, actor, address, act, object, outcome
        FROM audit_events ORDER BY workspace_id, sequence
        """;

    public static async Task RunAsync(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        await using var hash = Command(connection, transaction,
            "UPDATE audit_events SET hash = @hash WHERE workspace_id = @workspace AND sequence = @sequence");
        await using var head = Command(connection, transaction, """
            INSERT INTO audit_chains (workspace_id, sequence, hash, anchor_sequence, anchor_hash)
            VALUES (@workspace, @sequence, @hash, 0, '')
            """);
        AuditEventRow? before = null;
        foreach (var line in await ReadAsync(connection, transaction, ct))
        {
            if (before is not null && before.WorkspaceId != line.WorkspaceId)
            {
                await ExecuteAsync(head, before, ct);
                before = null;
            }

            before = line with { Hash = AuditHash.Of(before?.Hash ?? "", line) };
            await ExecuteAsync(hash, before, ct);
        }

        if (before is not null) await ExecuteAsync(head, before, ct);
    }

    private static async Task<List<AuditEventRow>> ReadAsync(
        DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        var lines = new List<AuditEventRow>();
        await using var command = Command(connection, transaction, Lines);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            lines.Add(new AuditEventRow
            {
                WorkspaceId = reader.GetString(0),
                Sequence = reader.GetInt64(1),
                At = reader.GetString(2),
                Actor = reader.GetString(3),
                Address = reader.GetString(4),
                Act = reader.GetString(5),
                Object = reader.GetString(6),
                Outcome = reader.GetString(7),
            });
        return lines;
    }

    private static async Task ExecuteAsync(DbCommand command, AuditEventRow line, CancellationToken ct)
    {
        command.Parameters.Clear();
        command.Add("@workspace", line.WorkspaceId).Add("@sequence", line.Sequence).Add("@hash", line.Hash);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql)
    {
        var command = connection.CreateCommand();
        // Constants of this file.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return command;
    }
}
