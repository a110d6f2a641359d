using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A port that became free and is not yet given to another workspace.</summary>
[Table("resting_ports")]
public sealed record RestingPortRow
{
    [Column("port"), PrimaryKey]
    public required int Port { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("until"), UtcText, NotNull]
    public required DateTimeOffset Until { get; init; }
}
