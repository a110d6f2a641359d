using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>What was decided of a service beyond its defaults.</summary>
[Table("service_rights")]
public sealed record ServiceRightsRow
{
    [Column("workspace_id"), PrimaryKey(0)]
    public required string WorkspaceId { get; init; }

    [Column("service"), PrimaryKey(1)]
    public required string Service { get; init; }

    [Column("reach"), NotNull]
    public required string Reach { get; init; }

    [Column("publish"), Nullable]
    public string? Publish { get; init; }

    [Column("allow"), Nullable]
    public string? Allow { get; init; }

    [Column("paused"), NotNull]
    public required bool Paused { get; init; }

    [Column("weight"), Nullable]
    public int? Weight { get; init; }

    [Column("limit_bits"), Nullable]
    public long? LimitBits { get; init; }

    [Column("floor_bits"), Nullable]
    public long? FloorBits { get; init; }

    [Column("version"), NotNull]
    public required string Version { get; init; }
}
