using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Secrets that open one diagnostic to read for people without an account: pd_ and 64 hexadecimal digits, kept as
/// SHA-256, with an end, revocable. Sent in a header, never in an address.
/// </summary>
public sealed class ShareLinks(Database database, AuditLog audit)
{
    /// <summary>As long as diagnostics are kept by default.</summary>
    public static TimeSpan MaximumLife { get; } = TimeSpan.FromDays(30);

    /// <summary>Makes one and returns its secret, which can be read only now; null when there is no such diagnostic.</summary>
    public async Task<(ShareLinkRow Link, string Secret)?> CreateAsync(
        string workspaceId, string? diagnosticId, TimeSpan life, string actor, string address, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(life, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, MaximumLife);
        if (diagnosticId is null || !Ids.IsOne(diagnosticId)) return null;
        var secret = TokenSecret.Create(TokenSecret.SharePrefix, TokenSecret.LongBytes);
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindDiagnosticAsync(workspaceId, diagnosticId, ct) is null) return null;
        var link = new ShareLinkRow
        {
            Id = Ids.New(database.Time),
            WorkspaceId = workspaceId,
            DiagnosticId = diagnosticId,
            Hash = TokenSecret.Hash(secret),
            CreatedAt = now,
            ExpiresAt = now + life,
        };
        await db.InsertShareLinkAsync(link, ct);
        await audit.WriteAsync(db, workspaceId, actor, address, "diagnostic.share", diagnosticId, AuditLog.Done, ct);
        await transaction.CommitAsync(ct);
        return (link, secret);
    }

    /// <summary>Revokes one; false when the workspace has none of that id that still works.</summary>
    public async Task<bool> RevokeAsync(
        string workspaceId, string? id, string actor, string address, CancellationToken ct)
    {
        if (id is null || !Ids.IsOne(id)) return false;
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.RevokeShareLinkAsync(workspaceId, id, database.Time.GetUtcNow(), ct)) return false;
        await audit.WriteAsync(db, workspaceId, actor, address, "diagnostic.unshare", id, AuditLog.Done, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Those that work, newest first.</summary>
    public async Task<IReadOnlyList<ShareLinkRow>> ListAsync(string workspaceId, int limit, CancellationToken ct)
    {
        await using var db = database.Connect();
        return await db.ShareLinksPageAsync(workspaceId, database.Time.GetUtcNow(), Ids.Last, limit, ct);
    }

    /// <summary>The diagnostic that a secret opens, and until when; null when it opens none (any more).</summary>
    public async Task<(DiagnosticRow Diagnostic, DateTimeOffset ExpiresAt)?> OpenAsync(
        string secret, CancellationToken ct)
    {
        if (!TokenSecret.HasShape(secret, TokenSecret.SharePrefix, TokenSecret.LongBytes)) return null;
        await using var db = database.Connect();
        return await db.FindSharedAsync(TokenSecret.Hash(secret), database.Time.GetUtcNow(), ct);
    }
}
