using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Who did what, as a chain per workspace that shows every later change (docs/decisions/0029). An act that changes
/// something writes its line in the same transaction (internal overload): what cannot be recorded is not done. A refused
/// act has no transaction: <see cref="Refused"/> records it behind the caller's back, floods as counts. No secret is
/// ever an argument.
/// </summary>
public sealed class AuditLog : IAsyncDisposable
{
    /// <summary>The outcome of an act that was done.</summary>
    public const string Done = "done";

    // A line is read by people: longer text from a caller is cut, not refused.
    private const int MaximumText = 200;

    private readonly Database _database;
    private readonly Lazy<AuditRefusals> _refusals;

    public AuditLog(Database database) : this(database, NullLogger<AuditLog>.Instance)
    {
    }

    public AuditLog(Database database, ILogger<AuditLog> log)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _refusals = new Lazy<AuditRefusals>(() => new AuditRefusals(database, this, log));
    }

    /// <summary>Records an act that has no transaction of its own.</summary>
    public async Task WriteAsync(
        string? workspaceId, string actor, string address, string act, string subject, string outcome,
        CancellationToken ct)
    {
        await using var db = _database.Connect();
        await WriteAsync(db, workspaceId, actor, address, act, subject, outcome, ct);
    }

    /// <summary>Records that an act was refused and why. Returns at once, never fails and never floods the log.</summary>
    public void Refused(
        string? workspaceId, string actor, string address, string act, string subject, string reason) =>
        _refusals.Value.Add(workspaceId ?? "", actor, address, act, subject, reason);

    public async ValueTask DisposeAsync()
    {
        if (_refusals.IsValueCreated) await _refusals.Value.DisposeAsync();
    }

    /// <summary>The line commits or vanishes with the transaction of <paramref name="db"/>; write it last, it holds the chain.</summary>
    internal async Task WriteAsync(
        HubDb db, string? workspaceId, string actor, string address, string act, string subject, string outcome,
        CancellationToken ct)
    {
        var line = new AuditEventRow
        {
            WorkspaceId = workspaceId ?? "",
            At = UtcTextAttribute.Write(_database.Time.GetUtcNow()),
            Actor = Clean(actor),
            Address = Clean(address),
            Act = Clean(act),
            Object = Clean(subject),
            Outcome = Clean(outcome),
        };
        if (db.Transaction is not null)
        {
            await db.AppendAuditAsync(line, ct);
            return;
        }

        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.AppendAuditAsync(line, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Text that both engines store as it is: no control characters and no half of a surrogate pair.</summary>
    private static string Clean(string text)
    {
        if (text.Length > MaximumText) text = text[..MaximumText];
        return string.Create(text.Length, text, static (clean, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                clean[i] = pair || !(char.IsControl(text[i]) || char.IsSurrogate(text[i])) ? text[i] : '\uFFFD';
                if (pair) clean[i + 1] = text[++i];
            }
        });
    }
}
