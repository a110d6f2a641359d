using LinqToDB;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Who did what. An act that changes something writes its line in the same transaction (internal overload): what cannot be
/// recorded is not done.
/// </summary>
public sealed class AuditLog(Database database)
{
    // A line is read by people: longer text from a caller is cut, not refused.
    private const int MaximumText = 200;

    /// <summary>Records an act that has no transaction of its own.</summary>
    public async Task WriteAsync(
        string? workspaceId, string actor, string address, string act, string subject, string outcome, CancellationToken ct)
    {
        await using var db = database.Connect();
        await WriteAsync(db, workspaceId, actor, address, act, subject, outcome, ct);
    }

    internal Task WriteAsync(
        HubDb db, string? workspaceId, string actor, string address, string act, string subject, string outcome,
        CancellationToken ct) =>
        db.InsertAsync(
            new AuditEventRow
            {
                Id = Ids.New(database.Time),
                At = database.Time.GetUtcNow(),
                WorkspaceId = workspaceId,
                Actor = Cut(actor),
                Address = Cut(address),
                Act = Cut(act),
                Object = Cut(subject),
                Outcome = Cut(outcome),
            },
            token: ct);

    private static string Cut(string text) => text.Length <= MaximumText ? text : text[..MaximumText];
}
