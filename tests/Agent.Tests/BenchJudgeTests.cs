namespace PrivateConnect.Agent.Tests;

/// <summary>From figures to the verdict.</summary>
public sealed class BenchJudgeTests
{
    private static readonly NodeUse Here = new(BenchHop.Here, 0.3, 0.05, 0.3, 2);
    private static readonly NodeUse Hub = new(BenchHop.Hub, 0.4, 0.05, 0.4, 2);
    private static readonly NodeUse Agent = new(BenchHop.Agent, 0.2, 0.05, 0.2, 2);
    private static readonly LegUse First = new(BenchHop.HubLink, BenchHop.Here, 0, 0.9, 0, 0, 0.2, 0.1, 0, 0, 0, 262_144);
    private static readonly LegUse Last = new(BenchHop.AgentLink, BenchHop.Hub, 0, 0.1, 0, 0.2, 0.2, 0.1, 0, 0, 0, 262_144);

    public static TheoryData<string, string, string> Table => new()
    {
        { "nothing", BenchHop.None, BenchCause.None },
        { "limit", BenchHop.Hub, BenchCause.Limit },
        { "limit and a busy processor", BenchHop.Hub, BenchCause.Limit },
        { "target", BenchHop.Target, BenchCause.Reader },
        { "hub runs", BenchHop.Hub, BenchCause.Cpu },
        { "agent waits", BenchHop.Agent, BenchCause.CpuShared },
        { "all processors of a process", BenchHop.Here, BenchCause.Cpu },
        { "queue", BenchHop.AgentLink, BenchCause.Rate },
        { "queue and loss", BenchHop.AgentLink, BenchCause.Rate },
        { "short path that takes no more", BenchHop.AgentLink, BenchCause.Rate },
        { "loss", BenchHop.AgentLink, BenchCause.Loss },
        { "peer's buffer", BenchHop.AgentLink, BenchCause.Window },
        { "own buffer", BenchHop.AgentLink, BenchCause.Window },
        { "far", BenchHop.AgentLink, BenchCause.Delay },
        { "credit on a short path", BenchHop.AgentLink, BenchCause.Window },
        { "first leg, last idle", BenchHop.HubLink, BenchCause.Delay },
        { "delay of a leg that idles", BenchHop.None, BenchCause.None },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void EachFigureHasItsVerdict(string figures, string hop, string cause)
    {
        var verdict = Figures(figures).Verdict;
        Assert.Equal(new BenchVerdict(hop, cause), verdict);
        Assert.EndsWith(".", BenchWords.Limits(Figures(figures)), StringComparison.Ordinal);
        Assert.EndsWith(".", BenchWords.Next(verdict), StringComparison.Ordinal);
    }

    [Fact]
    public void TheSlowerDirectionsMostFrequentVerdictDecides()
    {
        var slow = Phase(Last with { Retransmits = 0.01 }) with { Direction = "down", BitsPerSecond = 10 };
        var odd = Phase(Last) with { Direction = "down", BitsPerSecond = 12 };
        var fast = Phase(Last with { RoundTripMs = 60, LeastRoundTripMs = 60 }) with { BitsPerSecond = 100 };
        Assert.Equal(BenchCause.Loss, BenchJudge.Decisive([fast, odd, slow, slow]).Verdict.Cause);
        // The way to the hub alone is no verdict on the way to the service.
        var hub = fast with { Path = BenchPath.Hub, BitsPerSecond = 1 };
        Assert.Equal(BenchCause.Loss, BenchJudge.Decisive([hub, fast, slow]).Verdict.Cause);
        var send = fast with { Path = BenchPath.Send, TargetHeld = 0.9 };
        Assert.Equal(BenchCause.Reader, BenchJudge.Decisive([fast, slow, slow, send]).Verdict.Cause);
    }

    [Fact]
    public void BuffersThatMoreStreamsFillThroughTheSameConnectionWereOnlyStillGrowing()
    {
        var far = Last with { RoundTripMs = 100, LeastRoundTripMs = 100, OutOfCredit = 0.9 };
        var one = Phase(far with { PeerLimited = 0.3 }) with { BitsPerSecond = 17 };
        var eight = Phase(far) with { Streams = 8, BitsPerSecond = 301 };
        var many = Phase(far with { RoundTripMs = 158 }) with { Streams = 64, BitsPerSecond = 804 };
        Assert.Equal(
            (BenchCause.Window, BenchCause.Delay, BenchCause.Rate), (one.Verdict.Cause, eight.Verdict.Cause, many.Verdict.Cause));
        Assert.Same(eight, BenchJudge.Decisive([one, eight, many]));
        // Not twice as much: the buffers are what there is.
        Assert.Same(one, BenchJudge.Decisive([one, eight with { BitsPerSecond = 33 }, many with { BitsPerSecond = 33 }]));
        // Those that carry more wait for buffers too.
        var starved = eight.Legs[1] with { PeerLimited = 0.3 };
        Assert.Same(one, BenchJudge.Decisive([one, Phase(starved) with { BitsPerSecond = 301 }]));
        // A stream's own window is one for each: more streams carry more, and that it limits stays true.
        var credit = Phase(Last with { OutOfCredit = 0.9 }) with { BitsPerSecond = 17 };
        Assert.Equal(BenchCause.Window, BenchJudge.Decisive([credit, Phase(Last) with { BitsPerSecond = 301 }]).Verdict.Cause);
    }

    private static BenchPhase Figures(string name) => name switch
    {
        "limit" => Phase(Last with { Limited = 0.9 }),
        "limit and a busy processor" => Phase(Last with { Limited = 0.9 }, Here, Hub with { Running = 0.99 }),
        "target" => Phase(Last) with { TargetHeld = 0.8 },
        "hub runs" => Phase(Last, Here, Hub with { Running = 0.8, Waiting = 0.1 }, Agent with { Running = 0.8 }),
        "agent waits" => Phase(Last, Here, Hub, Agent with { Running = 0.3, Waiting = 0.6 }),
        "all processors of a process" => Phase(Last, Here with { Running = 0.5, Processors = 1.9 }, Hub),
        "queue" => Phase(Last with { RoundTripMs = 90, LeastRoundTripMs = 2 }),
        "queue and loss" => Phase(Last with { RoundTripMs = 90, LeastRoundTripMs = 50, Retransmits = 0.02 }),
        "short path that takes no more" => Phase(Last with { RoundTripMs = 2.5, LeastRoundTripMs = 2, Blocked = 0.99 }),
        "loss" => Phase(Last with { RoundTripMs = 10.5, LeastRoundTripMs = 10, Retransmits = 0.01 }),
        "peer's buffer" => Phase(Last with { RoundTripMs = 20, LeastRoundTripMs = 20, PeerLimited = 0.15, BufferLimited = 0.1 }),
        "own buffer" => Phase(Last with { RoundTripMs = 20, LeastRoundTripMs = 20, BufferLimited = 0.9 }),
        "far" => Phase(Last with { RoundTripMs = 100, LeastRoundTripMs = 100, OutOfCredit = 0.9 }),
        "credit on a short path" => Phase(Last with { OutOfCredit = 0.9 }),
        "first leg, last idle" => Phase(Last with { Idle = 0.9 }) with
        {
            Legs = [First with { RoundTripMs = 50, LeastRoundTripMs = 50 }, Last with { Idle = 0.9 }],
        },
        "delay of a leg that idles" => Phase(Last) with
        {
            Legs = [First with { OutOfCredit = 0.2 }, Last with { Idle = 0.9, RoundTripMs = 50, LeastRoundTripMs = 50 }],
        },
        _ => Phase(Last),
    };

    private static BenchPhase Phase(LegUse last, params NodeUse[] nodes) =>
        new(BenchPath.Service, "up", 1, 1e9, 0, nodes.Length > 0 ? nodes : [Here, Hub, Agent], [First, last]);
}
