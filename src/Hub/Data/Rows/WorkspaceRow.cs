using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A tenant: everything else belongs to one.</summary>
[Table("workspaces")]
public sealed record WorkspaceRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    /// <summary>"default" for the workspace that every hub has, else the id.</summary>
    [Column("slug"), NotNull]
    public required string Slug { get; init; }

    [Column("name"), NotNull]
    public required string Name { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }
}
