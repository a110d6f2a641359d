using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A machine that asks to be enrolled, until a person decided and the machine collected the answer.</summary>
[Table("device_codes")]
public sealed record DeviceCodeRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("device_hash"), NotNull]
    public required string DeviceHash { get; init; }

    [Column("user_hash"), NotNull]
    public required string UserHash { get; init; }

    [Column("label"), NotNull]
    public required string Label { get; init; }

    [Column("agent_version"), NotNull]
    public required string AgentVersion { get; init; }

    [Column("ephemeral"), NotNull]
    public required bool Ephemeral { get; init; }

    [Column("address"), NotNull]
    public required string Address { get; init; }

    [Column("source"), NotNull]
    public required string Source { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("expires_at"), UtcText, NotNull]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Column("state"), NotNull]
    public required string State { get; init; }

    [Column("workspace_id"), Nullable]
    public string? WorkspaceId { get; init; }

    [Column("user_id"), Nullable]
    public string? UserId { get; init; }
}
