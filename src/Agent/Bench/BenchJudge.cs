namespace PrivateConnect.Agent;

/// <summary>From figures to what limits; pure. The order is that of certainty: what is known outright comes before what is inferred.</summary>
internal static class BenchJudge
{
    /// <summary>More than half of the time in one state makes it the state.</summary>
    private const double Mostly = 0.5;

    /// <summary>A loop that runs or is ready to run so much of its time can do no more.</summary>
    private const double Saturated = 0.7;

    /// <summary>Under it a lost packet now and then costs nothing that one sees.</summary>
    private const double Lossy = 0.001;

    /// <summary>TCP that waits for a buffer does so once a round trip; the rest of it goes by on the way.</summary>
    private const double Starved = 0.2;

    /// <summary>A queue in the path is seen when the round trip grew by a quarter and these milliseconds.</summary>
    private const double QueueGrowth = 1.25;
    private const double QueueMs = 3;

    /// <summary>Shorter round trips are no distance: machines take as long.</summary>
    private const double FarMs = 5;

    public static BenchVerdict Of(BenchPhase phase)
    {
        if (phase.Legs.FirstOrDefault(leg => leg.Limited >= Mostly) is { } limited)
            return new BenchVerdict(limited.Sender, BenchCause.Limit);
        if (phase.TargetHeld >= Mostly)
            return new BenchVerdict(BenchHop.Target, BenchCause.Reader);
        var busiest = phase.Nodes.MaxBy(Pressure)!;
        if (Pressure(busiest) >= Saturated)
            return new BenchVerdict(busiest.Hop, busiest.Waiting > busiest.Running ? BenchCause.CpuShared : BenchCause.Cpu);

        // The last leg that always had something to send holds those before it back.
        var leg = phase.Legs.LastOrDefault(leg => leg.Idle < Mostly) ?? phase.Legs[0];
        return Link(leg, Pressure(busiest)) is { } cause ? new BenchVerdict(leg.Hop, cause) : new BenchVerdict(BenchHop.None, BenchCause.None);
    }

    /// <summary>
    /// The verdict of the direction that carries less: the one that most of its runs say, the single stream's among equals; what
    /// TCP's buffers alone held back counts only where they do. A run to the target itself counts alone: that is what was asked for.
    /// </summary>
    public static BenchPhase Decisive(IReadOnlyList<BenchPhase> phases)
    {
        if (phases.LastOrDefault(phase => phase.Path == BenchPath.Send) is { } sent)
            return sent;
        var path = phases[^1].Path;
        var slower = phases.Where(phase => phase.Path == path).GroupBy(phase => phase.Direction)
            .MinBy(direction => direction.Max(phase => phase.BitsPerSecond))!.ToList();
        return slower.Where(phase => !HasOutgrown(phase, slower)).GroupBy(phase => Kind(phase.Verdict)).MaxBy(same => same.Count())!.First();
    }

    /// <summary>
    /// Whether the run waited for buffers of TCP that another one, through the same connection, filled with twice as much and did not
    /// wait for: on a far path they are still growing in the first seconds of a connection.
    /// </summary>
    private static bool HasOutgrown(BenchPhase phase, List<BenchPhase> beside) =>
        phase.Verdict.Cause == BenchCause.Window
        && phase.Legs.Any(leg => leg.Hop == phase.Verdict.Hop && IsStarved(leg))
        && beside.Exists(other => other.Verdict.Cause != BenchCause.Window && other.BitsPerSecond >= 2 * phase.BitsPerSecond);

    /// <summary>A processor that is short is one thing, whoever has it.</summary>
    private static BenchVerdict Kind(BenchVerdict verdict) =>
        verdict.Cause == BenchCause.CpuShared ? verdict with { Cause = BenchCause.Cpu } : verdict;

    public static double Pressure(NodeUse node) => Math.Max(node.Running + node.Waiting, node.Processors / node.Cores);

    private static bool IsStarved(LegUse leg) => leg.PeerLimited + leg.BufferLimited >= Starved;

    private static string? Link(LegUse leg, double pressure)
    {
        if (leg.RoundTripMs > leg.LeastRoundTripMs * QueueGrowth + QueueMs)
            return BenchCause.Rate;
        if (leg.Retransmits >= Lossy)
            return BenchCause.Loss;
        if (IsStarved(leg))
            return BenchCause.Window;
        if (leg.LeastRoundTripMs >= FarMs)
            return BenchCause.Delay;
        // A short way, processors that have time, and yet the connection takes no more: its queue is only too short to be seen.
        if (leg.Blocked >= Mostly && pressure < Mostly)
            return BenchCause.Rate;
        return leg.OutOfCredit >= Mostly ? BenchCause.Window : null;
    }
}
