using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>Who may reach a service that is not for everyone, and until when.</summary>
[Table("grants")]
public sealed record GrantRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("service"), NotNull]
    public required string Service { get; init; }

    [Column("kind"), NotNull]
    public required string Kind { get; init; }

    [Column("subject"), NotNull]
    public required string Subject { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("created_by"), NotNull]
    public required string CreatedBy { get; init; }

    [Column("expires_at"), UtcText, Nullable]
    public DateTimeOffset? ExpiresAt { get; init; }
}
