using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A one-time secret that enrols one agent.</summary>
[Table("enrolment_tokens")]
public sealed record EnrolmentTokenRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("hash"), NotNull]
    public required string Hash { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("expires_at"), UtcText, NotNull]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Column("spent_at"), UtcText, Nullable]
    public DateTimeOffset? SpentAt { get; init; }

    [Column("agent_id"), Nullable]
    public string? AgentId { get; init; }

    [Column("owner_user_id"), Nullable]
    public string? OwnerUserId { get; init; }

    [Column("ephemeral"), NotNull]
    public bool Ephemeral { get; init; }

    /// <summary>The actor who made it; empty in rows of hubs that did not write it down.</summary>
    [Column("made_by"), NotNull]
    public string MadeBy { get; init; } = "";
}
