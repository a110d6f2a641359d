using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A logged-in browser; the cookie itself is not stored.</summary>
[Table("auth_sessions")]
public sealed record AuthSessionRow
{
    [Column("hash"), PrimaryKey]
    public required string Hash { get; init; }

    [Column("id"), NotNull]
    public required string Id { get; init; }

    [Column("user_id"), NotNull]
    public required string UserId { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("address"), NotNull]
    public required string Address { get; init; }

    [Column("user_agent"), NotNull]
    public required string UserAgent { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("last_seen_at"), UtcText, NotNull]
    public required DateTimeOffset LastSeenAt { get; init; }

    [Column("expires_at"), UtcText, NotNull]
    public required DateTimeOffset ExpiresAt { get; init; }
}
