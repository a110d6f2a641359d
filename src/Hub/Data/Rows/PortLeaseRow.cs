using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>The port of the range that a service keeps, up or not.</summary>
[Table("port_leases")]
public sealed record PortLeaseRow
{
    [Column("port"), PrimaryKey]
    public required int Port { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("service"), NotNull]
    public required string Service { get; init; }

    [Column("granted_at"), UtcText, NotNull]
    public required DateTimeOffset GrantedAt { get; init; }
}
