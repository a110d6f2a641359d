using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A secret that opens one diagnostic to read; the secret itself is not stored.</summary>
[Table("share_links")]
public sealed record ShareLinkRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("diagnostic_id"), NotNull]
    public required string DiagnosticId { get; init; }

    [Column("hash"), NotNull]
    public required string Hash { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("expires_at"), UtcText, NotNull]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Column("revoked_at"), UtcText, Nullable]
    public DateTimeOffset? RevokedAt { get; init; }
}
