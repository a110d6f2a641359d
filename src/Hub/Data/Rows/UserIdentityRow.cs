using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A person as an OpenID provider knows them.</summary>
[Table("user_identities")]
public sealed record UserIdentityRow
{
    [Column("issuer"), PrimaryKey(0)]
    public required string Issuer { get; init; }

    [Column("subject"), PrimaryKey(1)]
    public required string Subject { get; init; }

    [Column("user_id"), NotNull]
    public required string UserId { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }
}
