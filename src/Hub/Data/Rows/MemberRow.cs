using LinqToDB.Mapping;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A person's role in a workspace.</summary>
[Table("members")]
public sealed record MemberRow
{
    [Column("workspace_id"), PrimaryKey(0)]
    public required string WorkspaceId { get; init; }

    [Column("user_id"), PrimaryKey(1)]
    public required string UserId { get; init; }

    [Column("role"), NotNull]
    public required Role Role { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }
}
