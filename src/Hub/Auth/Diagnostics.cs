using System.Text;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Diagnosing;

namespace PrivateConnect.Hub.Auth;

/// <summary>Results of diagnoses, kept as the JSON documents that agents, programs or the hub itself made.</summary>
public sealed class Diagnostics(Database database, LastChecks last)
{
    /// <summary>A diagnosis is a page of facts; more is refused.</summary>
    public const int MaximumBytes = 64 * 1024;

    public static bool Fits(string document) => Encoding.UTF8.GetByteCount(document) <= MaximumBytes;

    /// <summary>Newest first, before an id (what is none: from the newest on); of one service, or of all where it is null.</summary>
    public async Task<IReadOnlyList<DiagnosticRow>> PageAsync(
        string workspaceId, string? service, string before, int limit, CancellationToken ct)
    {
        await using var db = database.Connect();
        var from = Ids.IsOne(before) ? before : Ids.Last;
        return service is null
            ? await db.DiagnosticsPageAsync(workspaceId, from, limit, ct)
            : await db.DiagnosticsOfServiceAsync(workspaceId, service, from, limit, ct);
    }

    /// <summary>Keeps a document.</summary>
    /// <exception cref="ArgumentException">It is larger than <see cref="MaximumBytes"/>.</exception>
    public async Task<DiagnosticRow> StoreAsync(
        string workspaceId, string? service, string actor, string document, CancellationToken ct)
    {
        if (!Fits(document)) throw new ArgumentException($"A diagnostic has at most {MaximumBytes} bytes.", nameof(document));
        var row = new DiagnosticRow
        {
            Id = Ids.New(database.Time),
            WorkspaceId = workspaceId,
            Service = service,
            Actor = actor,
            CreatedAt = database.Time.GetUtcNow(),
            Document = document,
        };
        await using var db = database.Connect();
        await db.InsertDiagnosticAsync(row, ct);
        last.Note(row);
        return row;
    }
}
