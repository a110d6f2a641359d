using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>What flowed in one minute through one service on one way from one class of visitors, with one ending.</summary>
[Table("tunnels")]
public sealed record TunnelRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("minute"), UtcText, NotNull]
    public required DateTimeOffset Minute { get; init; }

    [Column("service"), NotNull]
    public required string Service { get; init; }

    [Column("agent_id"), NotNull]
    public required string AgentId { get; init; }

    /// <summary>The tunnel port; null where another agent reaches the service.</summary>
    [Column("port"), Nullable]
    public int? Port { get; init; }

    [Column("reaching_agent_id"), Nullable]
    public string? ReachingAgentId { get; init; }

    /// <summary>The visitor's network (/24, /64), "loopback", "agent" or "various".</summary>
    [Column("visitor"), NotNull]
    public required string Visitor { get; init; }

    /// <summary>"live", "done", or the cause (a StreamError).</summary>
    [Column("ending"), NotNull]
    public required string Ending { get; init; }

    [Column("streams"), NotNull]
    public required long Streams { get; init; }

    [Column("bytes_in"), NotNull]
    public required long BytesIn { get; init; }

    [Column("bytes_out"), NotNull]
    public required long BytesOut { get; init; }
}
