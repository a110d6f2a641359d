using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>
/// A security-relevant act: who, from where, did what to what, and how it ended; a link of its workspace's chain.
/// </summary>
[Table("audit_events")]
public sealed record AuditEventRow
{
    /// <summary>Empty for what belongs to no workspace.</summary>
    [Column("workspace_id"), PrimaryKey(0)]
    public required string WorkspaceId { get; init; }

    /// <summary>1, 2, 3 … without a gap, in each workspace.</summary>
    [Column("sequence"), PrimaryKey(1)]
    public long Sequence { get; init; }

    /// <summary>Text on both engines, as <see cref="UtcTextAttribute"/> writes it: what is hashed is what is stored.</summary>
    [Column("at"), NotNull]
    public required string At { get; init; }

    [Column("actor"), NotNull]
    public required string Actor { get; init; }

    [Column("address"), NotNull]
    public required string Address { get; init; }

    [Column("act"), NotNull]
    public required string Act { get; init; }

    [Column("object"), NotNull]
    public required string Object { get; init; }

    [Column("outcome"), NotNull]
    public required string Outcome { get; init; }

    /// <summary>Of the hash before it and of everything above.</summary>
    [Column("hash"), NotNull]
    public string Hash { get; init; } = "";
}
