using LinqToDB.Mapping;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A one-time link that makes one person a member of one workspace in one role.</summary>
[Table("invitations")]
public sealed record InvitationRow
{
    [Column("id"), PrimaryKey]
    public required string Id { get; init; }

    [Column("workspace_id"), NotNull]
    public required string WorkspaceId { get; init; }

    [Column("email"), NotNull]
    public required string Email { get; init; }

    [Column("role"), NotNull]
    public required Role Role { get; init; }

    [Column("hash"), NotNull]
    public required string Hash { get; init; }

    /// <summary>The link went to the address and nowhere else.</summary>
    [Column("mailed"), NotNull]
    public required bool Mailed { get; init; }

    /// <summary>As the audit log names who invited.</summary>
    [Column("invited_by"), NotNull]
    public required string InvitedBy { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("expires_at"), UtcText, NotNull]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Column("spent_at"), UtcText, Nullable]
    public DateTimeOffset? SpentAt { get; init; }
}
