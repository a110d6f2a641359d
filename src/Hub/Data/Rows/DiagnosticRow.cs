using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>The result of a diagnosis: a JSON document of whoever ran it.</summary>
[Table("diagnostics")]
public sealed record DiagnosticRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("service"), Nullable]
    public string? Service { get; init; }

    [Column("actor"), NotNull]
    public required string Actor { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("document"), NotNull]
    public required string Document { get; init; }
}
