using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>
/// Both ends of a workspace's chain: the last line, and the last one that retention removed (the anchor).
/// </summary>
[Table("audit_chains")]
public sealed record AuditChainRow
{
    [Column("workspace_id"), PrimaryKey]
    public required string WorkspaceId { get; init; }

    [Column("sequence"), NotNull]
    public long Sequence { get; init; }

    [Column("hash"), NotNull]
    public string Hash { get; init; } = "";

    /// <summary>0 while every line is there.</summary>
    [Column("anchor_sequence"), NotNull]
    public long AnchorSequence { get; init; }

    [Column("anchor_hash"), NotNull]
    public string AnchorHash { get; init; } = "";
}
