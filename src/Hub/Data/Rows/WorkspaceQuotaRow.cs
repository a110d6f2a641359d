using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>What a workspace may have; null is no limit.</summary>
[Table("workspace_quotas")]
public sealed record WorkspaceQuotaRow
{
    [Column("workspace_id"), PrimaryKey]
    public required string WorkspaceId { get; init; }

    [Column("agents"), Nullable]
    public int? Agents { get; init; }

    [Column("services"), Nullable]
    public int? Services { get; init; }

    [Column("ports"), Nullable]
    public int? Ports { get; init; }

    [Column("streams"), Nullable]
    public int? Streams { get; init; }

    [Column("bandwidth"), Nullable]
    public long? Bandwidth { get; init; }
}
