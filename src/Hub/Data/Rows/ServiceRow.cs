using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A named target and the agent that published it last.</summary>
[Table("services")]
public sealed record ServiceRow
{
    [Column("workspace_id"), PrimaryKey(0)]
    public required string WorkspaceId { get; init; }

    [Column("name"), PrimaryKey(1)]
    public required string Name { get; init; }

    [Column("agent_id"), NotNull]
    public required string AgentId { get; init; }

    [Column("target"), NotNull]
    public required string Target { get; init; }

    [Column("last_published_at"), UtcText, NotNull]
    public required DateTimeOffset LastPublishedAt { get; init; }
}
