using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Agent;

/// <summary>How all processes of a path stand at one moment; two looks make a <see cref="BenchPhase"/>. Pure.</summary>
/// <param name="Here">This process; one leg, to the hub.</param>
/// <param name="Hub">The hub; legs to here and, with a service, to its agent.</param>
/// <param name="Agent">The service's agent; one leg, to the hub.</param>
internal sealed record BenchLook(BenchReport Here, BenchReport Hub, BenchReport? Agent)
{
    /// <summary>What happened since an earlier look.</summary>
    public BenchPhase Since(BenchLook before, string path, bool isUp, int streams)
    {
        List<NodeUse> nodes = [Node(BenchHop.Here, before.Here, Here), Node(BenchHop.Hub, before.Hub, Hub)];
        var end = isUp ? Hub : Here;
        var endBefore = isUp ? before.Hub : before.Here;
        var held = 0.0;
        List<LegUse> legs = [isUp ? Leg(BenchHop.HubLink, BenchHop.Here, before.Here, Here, 0) : Leg(BenchHop.HubLink, BenchHop.Hub, before.Hub, Hub, 0)];
        if (Agent is not null && before.Agent is not null)
        {
            nodes.Add(Node(BenchHop.Agent, before.Agent, Agent));
            if (isUp)
            {
                (end, endBefore) = (Agent, before.Agent);
                legs.Add(Leg(BenchHop.AgentLink, BenchHop.Hub, before.Hub, Hub, 1));
                held = Share(Agent.Legs[0].Held - before.Agent.Legs[0].Held, Span(before.Agent, Agent) * Math.Max(1, Agent.Legs[0].Streams));
            }
            else
            {
                legs.Insert(0, Leg(BenchHop.AgentLink, BenchHop.Agent, before.Agent, Agent, 0));
            }
        }

        var rate = (end.Legs[0].BytesIn - endBefore.Legs[0].BytesIn) * 8e6 / Span(endBefore, end);
        return new BenchPhase(path, isUp ? "up" : "down", streams, Math.Round(Math.Max(0, rate)), held, nodes, legs);
    }

    private static NodeUse Node(string hop, BenchReport before, BenchReport now)
    {
        var span = Span(before, now);
        var processors = Math.Round(Math.Max(0, now.Cpu - before.Cpu) / span, 3);
        var (running, waiting) = (0.0, 0.0);
        for (var i = 0; i < Math.Min(before.Legs.Count, now.Legs.Count); i++)
        {
            var ran = Share(now.Legs[i].Loop.Running - before.Legs[i].Loop.Running, span);
            var waited = Share(now.Legs[i].Loop.Waiting - before.Legs[i].Loop.Waiting, span);
            if (ran + waited > running + waiting)
                (running, waiting) = (ran, waited);
        }

        // A system that tells nothing of threads.
        if (running + waiting == 0)
            running = Math.Min(1, processors);
        return new NodeUse(hop, running, waiting, processors, (int)Math.Clamp(now.Cores, 1, int.MaxValue));
    }

    private static LegUse Leg(string hop, string sender, BenchReport before, BenchReport now, int index)
    {
        // A hub that lost the far session between two looks has one leg less: nothing is known then.
        var a = index < before.Legs.Count ? before.Legs[index] : default;
        var b = index < now.Legs.Count ? now.Legs[index] : default;
        var span = Span(before, now);
        var all = span * Math.Max(1, b.Streams);
        return new LegUse(
            hop, sender, Share(b.Idle - a.Idle, all), Share(b.OutOfCredit - a.OutOfCredit, all), Share(b.Limited - a.Limited, span),
            Share(b.Blocked - a.Blocked, span), b.Tcp.RoundTrip / 1e3, b.Tcp.LeastRoundTrip / 1e3,
            Share(b.Tcp.Retransmits - a.Tcp.Retransmits, Math.Max(1, b.Tcp.Segments - a.Tcp.Segments)),
            Share(b.Tcp.PeerLimited - a.Tcp.PeerLimited, span), Share(b.Tcp.BufferLimited - a.Tcp.BufferLimited, span), b.PeerWindow);
    }

    /// <summary>Microseconds; never zero, since both looks are a peer's word.</summary>
    private static double Span(BenchReport before, BenchReport now) => Math.Max(1, now.At - before.At);

    private static double Share(double part, double whole) => Math.Round(Math.Clamp(part / whole, 0, 1), 4);
}
