namespace PrivateConnect.Hub.Auth;

/// <summary>An enrolled agent as the handshake and the router know it.</summary>
public sealed record AgentIdentity(string AgentId, string WorkspaceId, string Workspace, string Label, bool Revoked)
{
    /// <summary>The member it belongs to; null when it was enrolled by a program or at the hub's terminal.</summary>
    public string? OwnerUserId { get; init; }

    /// <summary>Words for rights, with a space between them; given by people, never by the agent.</summary>
    public string Tags { get; init; } = "";

    /// <summary>It and its services vanish when it stays away.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>When it was enrolled.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    internal bool HasTag(string tag) => AgentTags.Split(Tags).Contains(tag, StringComparer.Ordinal);
}
