using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// A stream as the hub sees it now. "In" is hub ← agent, as everywhere; rates in bytes a second. What limits "in" beyond a
/// slow visitor is the agent's word (<c>AgentReport</c>).
/// </summary>
/// <param name="Id">Session and stream, for ending it; unique while the hub runs.</param>
/// <param name="Peer">The visitor's address, or the label of the agent that reaches.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="BytesIn">Bytes that the visitor took.</param>
/// <param name="BytesOut">Bytes sent to the agent.</param>
/// <param name="InRate">Of the last second.</param>
/// <param name="OutRate">Of the last second.</param>
/// <param name="BytesHeld">Bytes that wait here for a slow visitor.</param>
/// <param name="Window">How far the agent may run ahead.</param>
/// <param name="PeerWindow">How far the hub may run ahead.</param>
/// <param name="InFactor">What held "in" back.</param>
/// <param name="OutFactor">What held "out" back.</param>
/// <param name="AddedWait">Mean wait of a turn for the session's writer.</param>
public sealed record LiveStream(
    string Id, string Peer, DateTimeOffset OpenedAt, long BytesIn, long BytesOut, double InRate, double OutRate,
    long BytesHeld, int Window, int PeerWindow, LimitingFactor InFactor, LimitingFactor OutFactor, TimeSpan AddedWait)
{
    /// <summary>The agent that reaches; null for a visitor of a port.</summary>
    public string? PeerAgentId { get; init; }

    /// <summary><see cref="InFactor"/> as a word.</summary>
    public string InWord => FactorWords.Of(InFactor);

    /// <summary><see cref="OutFactor"/> as a word.</summary>
    public string OutWord => FactorWords.Of(OutFactor);
}
