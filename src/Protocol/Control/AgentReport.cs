using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Control;

/// <summary>
/// Agent → hub, now and then, where WELCOME asks for it: how the agent is, and what holds its streams back towards the hub.
/// Unanswered. It is the agent's word: shown, never acted upon.
/// </summary>
/// <param name="ResidentBytes">Physical memory of its process; 0 where its system does not tell.</param>
/// <param name="ProcessorTime">Of its process since its start.</param>
/// <param name="Processors">That it may use.</param>
/// <param name="Streams">What holds back whom, of the streams that moved bytes; the busiest, at most <see cref="MaxStreams"/>.</param>
public sealed record AgentReport(
    long ResidentBytes, TimeSpan ProcessorTime, int Processors, IReadOnlyList<StreamReport> Streams) : ControlMessage
{
    /// <summary>More would be a page that nobody reads. Beyond: violation.</summary>
    public const int MaxStreams = 128;
}

/// <summary>What holds one stream back, as its sender sees it.</summary>
/// <param name="Id">On the wire.</param>
/// <param name="Factor">A value that this version does not know is read as None.</param>
public readonly record struct StreamReport(uint Id, LimitingFactor Factor);
