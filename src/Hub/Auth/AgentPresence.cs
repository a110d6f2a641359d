namespace PrivateConnect.Hub.Auth;

/// <summary>When an agent was last here, where from, and how often it connected since the hub started.</summary>
public sealed record AgentPresence(DateTimeOffset? LastSeenAt, string Address, int Connections)
{
    /// <summary>Not since it was enrolled.</summary>
    public static AgentPresence Never { get; } = new(null, "", 0);
}
