using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>
/// A program's key; the prefix is what people recognise it by. One with a user is that member's own.
/// </summary>
[Table("api_keys")]
public sealed record ApiKeyRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("name"), NotNull]
    public required string Name { get; init; }

    [Column("hash"), NotNull]
    public required string Hash { get; init; }

    [Column("prefix"), NotNull]
    public required string Prefix { get; init; }

    [Column("scopes"), NotNull]
    public required string Scopes { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("expires_at"), UtcText, Nullable]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Column("revoked_at"), UtcText, Nullable]
    public DateTimeOffset? RevokedAt { get; init; }

    [Column("user_id"), Nullable]
    public string? UserId { get; init; }

    [Column("last_used_at"), UtcText, Nullable]
    public DateTimeOffset? LastUsedAt { get; init; }
}
