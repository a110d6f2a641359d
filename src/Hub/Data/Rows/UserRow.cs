using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A person who can log in.</summary>
[Table("users")]
public sealed record UserRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("email"), NotNull]
    public required string Email { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the address was first proved; null while somebody else may have typed it.</summary>
    [Column("verified_at"), UtcText, Nullable]
    public DateTimeOffset? VerifiedAt { get; init; }
}
