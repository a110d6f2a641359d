using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A security-relevant act: who, from where, did what to what, and how it ended.</summary>
[Table("audit_events")]
public sealed record AuditEventRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("at"), UtcText, NotNull]
    public required DateTimeOffset At { get; init; }

    [Column("workspace_id"), Nullable]
    public string? WorkspaceId { get; init; }

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
}
