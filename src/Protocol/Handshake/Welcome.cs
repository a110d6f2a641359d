namespace PrivateConnect.Protocol.Handshake;

/// <summary>Hub → agent: the session is open.</summary>
/// <param name="AgentId">Identity's id, made by the hub at enrolment.</param>
/// <param name="Label">The label the hub knows the agent by.</param>
/// <param name="Workspace">The workspace's name.</param>
/// <param name="HubVersion">Version of the hub's program, for people.</param>
/// <param name="InitialWindow">Bytes the agent may send on a new stream before the first CREDIT.</param>
/// <param name="Epoch">Number of this session among the agent's sessions; a larger one supersedes a smaller one.</param>
/// <param name="ReturnWindow">Milliseconds over which agents spread their return after losing this hub; 0 for a small fleet.</param>
public sealed record Welcome(
    string AgentId, string Label, string Workspace, string HubVersion, int InitialWindow, long Epoch, int ReturnWindow)
{
    /// <summary>Something the person at the agent should know, one line; empty for nothing.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Milliseconds between two reports of the agent (<c>AgentReport</c>); 0: the hub wants none, or does not know them.</summary>
    public int ReportPeriod { get; init; }
}
