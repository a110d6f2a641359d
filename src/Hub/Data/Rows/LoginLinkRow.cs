using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A one-time link that logs a person in, or makes the first owner (set-up).</summary>
[Table("login_links")]
public sealed record LoginLinkRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("kind"), NotNull]
    public required string Kind { get; init; }

    [Column("hash"), NotNull]
    public required string Hash { get; init; }

    [Column("user_id"), Nullable]
    public string? UserId { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("expires_at"), UtcText, Nullable]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Column("spent_at"), UtcText, Nullable]
    public DateTimeOffset? SpentAt { get; init; }
}
