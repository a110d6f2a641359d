using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>An enrolled agent: its public key and where it was last seen.</summary>
[Table("agents")]
public sealed record AgentRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("public_key"), NotNull]
    public required byte[] PublicKey { get; init; }

    [Column("key_hash"), NotNull]
    public required string KeyHash { get; init; }

    [Column("label"), NotNull]
    public required string Label { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("last_seen_at"), UtcText, Nullable]
    public DateTimeOffset? LastSeenAt { get; init; }

    [Column("last_address"), Nullable]
    public string? LastAddress { get; init; }

    [Column("revoked_at"), UtcText, Nullable]
    public DateTimeOffset? RevokedAt { get; init; }

    [Column("owner_user_id"), Nullable]
    public string? OwnerUserId { get; init; }

    /// <summary>Words with a space between them.</summary>
    [Column("tags"), NotNull]
    public string Tags { get; init; } = "";

    [Column("ephemeral"), NotNull]
    public bool Ephemeral { get; init; }
}
