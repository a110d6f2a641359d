using System.Text.Json.Serialization;

namespace PrivateConnect.Agent;

/// <summary>Everything that a bench found; what <c>--json</c> prints. Rates in bits a second, times in milliseconds, shares of 1.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="Service">The service, or null when only the way to the hub was measured.</param>
/// <param name="Agent">Label of the agent that exposes it.</param>
/// <param name="Seconds">How long all of it took.</param>
/// <param name="TcpConnectMs">A fresh TCP connection to the hub: one round trip.</param>
/// <param name="TlsHandshakeMs">A TLS handshake on it; null where the hub is reached without.</param>
/// <param name="HubPing">64 bytes to the hub and back over the session.</param>
/// <param name="AgentPing">64 bytes to the agent of the service and back.</param>
/// <param name="DialMs">That agent's dial of the target; null when it failed or was not asked for.</param>
/// <param name="DialProblem">Why the dial failed.</param>
/// <param name="Phases">Each run of streams.</param>
/// <param name="Verdict">What limits.</param>
/// <param name="Text">The verdict in a sentence.</param>
/// <param name="Next">What to do next, in one.</param>
internal sealed record BenchResult(
    string Hub, string? Service, string? Agent, double Seconds, double TcpConnectMs, double? TlsHandshakeMs,
    BenchLatency? HubPing, BenchLatency? AgentPing, double? DialMs, string? DialProblem,
    IReadOnlyList<BenchPhase> Phases, BenchVerdict Verdict, string Text, string Next)
{
    /// <summary>Whether all is there that its text and its verdicts need; JSON may lack it.</summary>
    [JsonIgnore]
    public bool IsWhole => Text is not null && Next is not null && Phases is { Count: > 0 } && Phases.All(phase =>
        phase is { Nodes.Count: > 0, Legs.Count: > 0 } && !phase.Nodes.Contains(null!) && !phase.Legs.Contains(null!));
}

/// <summary>Round trips, milliseconds.</summary>
internal sealed record BenchLatency(double P50Ms, double P99Ms, int Samples);

/// <summary>Where it is held back and by what: words of <see cref="BenchHop"/> and <see cref="BenchCause"/>.</summary>
internal sealed record BenchVerdict(string Hop, string Cause);

/// <summary>One run: some streams in one direction over one path.</summary>
/// <param name="Path"><c>hub</c>, <c>service</c> (to its agent, not its target) or <c>send</c> (to its target).</param>
/// <param name="Direction"><c>up</c> from here, <c>down</c> to here.</param>
/// <param name="Streams">At once.</param>
/// <param name="BitsPerSecond">What arrived at the far end of the direction.</param>
/// <param name="TargetHeld">Share of time in which the target's agent held bytes that the target did not take.</param>
/// <param name="Nodes">The processes on the path.</param>
/// <param name="Legs">The connections on the path, in the direction of the bytes.</param>
internal sealed record BenchPhase(
    string Path, string Direction, int Streams, double BitsPerSecond, double TargetHeld,
    IReadOnlyList<NodeUse> Nodes, IReadOnlyList<LegUse> Legs)
{
    public BenchVerdict Verdict => BenchJudge.Of(this);
}

/// <summary>One process during a run.</summary>
/// <param name="Hop">A word of <see cref="BenchHop"/>.</param>
/// <param name="Running">Of the busiest loop's time: on the processor.</param>
/// <param name="Waiting">Of the busiest loop's time: ready, while others had the processor.</param>
/// <param name="Processors">Processor time of the whole process, in processors.</param>
/// <param name="Cores">Processors that it may use.</param>
internal sealed record NodeUse(string Hop, double Running, double Waiting, double Processors, int Cores);

/// <summary>One connection during a run, as its sender sees it; shares of the time of a stream.</summary>
/// <param name="Hop">A word of <see cref="BenchHop"/>.</param>
/// <param name="Sender">Who sends: a word of <see cref="BenchHop"/>.</param>
/// <param name="Idle">The streams had nothing to send: something before held them back.</param>
/// <param name="OutOfCredit">They waited for credit.</param>
/// <param name="Limited">The service waited for its limit.</param>
/// <param name="Blocked">The connection took nothing.</param>
/// <param name="RoundTripMs">The kernel's, under this load.</param>
/// <param name="LeastRoundTripMs">The kernel's least.</param>
/// <param name="Retransmits">Of the segments sent.</param>
/// <param name="PeerLimited">The receiver's buffer was full.</param>
/// <param name="BufferLimited">The sender's buffer was too small.</param>
/// <param name="Window">The largest window of a stream, bytes.</param>
internal sealed record LegUse(
    string Hop, string Sender, double Idle, double OutOfCredit, double Limited, double Blocked, double RoundTripMs,
    double LeastRoundTripMs, double Retransmits, double PeerLimited, double BufferLimited, long Window);
