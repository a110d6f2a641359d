using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>What an agent told of itself lately. Its word: it is shown and nothing else.</summary>
/// <param name="ResidentBytes">Physical memory of its process; 0 where its system does not tell.</param>
/// <param name="ProcessorShare">Of one processor, between its last two reports; null before the second.</param>
/// <param name="Processors">That it may use.</param>
public sealed record AgentLoad(long ResidentBytes, double? ProcessorShare, int Processors);

/// <summary>
/// The last report of one session's agent. Taken on the session's loop, read by the sampler. Holds one report, whatever an
/// agent sends.
/// </summary>
internal sealed class AgentTold(TimeProvider time)
{
    /// <summary>What an agent is asked for: often enough for a page that is looked at, seldom enough to cost nothing.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>An agent at rest tells at every fifth period; who missed two of those tells no more.</summary>
    private static readonly TimeSpan s_stale = TimeSpan.FromSeconds(25);

    /// <summary>What holds a stream back changes: it is shown as long as the next report may be on its way.</summary>
    private static readonly TimeSpan s_factorLife = TimeSpan.FromSeconds(6);

    private volatile Told? _told;

    public void Take(AgentReport report)
    {
        var (now, before) = (time.GetTimestamp(), _told);
        var share = before is null ? null : Share(before, report, now);
        _told = new Told(report, now, new AgentLoad(report.ResidentBytes, share, report.Processors), Factors(report));
    }

    /// <summary>Null: it told nothing, or nothing lately.</summary>
    public AgentLoad? Load => _told is { } told && time.GetElapsedTime(told.At) < s_stale
        ? told.Load
        : null;

    /// <summary>What the agent says holds back what it sends on a stream.</summary>
    public LimitingFactor FactorOf(uint stream) =>
        _told is { Factors.Count: > 0 } told && time.GetElapsedTime(told.At) < s_factorLife
            ? told.Factors.GetValueOrDefault(stream)
            : LimitingFactor.None;

    /// <summary>By the hub's clock; what cannot be (a clock that goes back, more than there is) is brought to what can.</summary>
    private double? Share(Told before, AgentReport report, long now)
    {
        var passed = time.GetElapsedTime(before.At, now);
        return passed < Period / 2
            ? before.Load.ProcessorShare
            : Math.Clamp((report.ProcessorTime - before.Report.ProcessorTime) / passed, 0, report.Processors);
    }

    private static Dictionary<uint, LimitingFactor> Factors(AgentReport report)
    {
        var factors = new Dictionary<uint, LimitingFactor>(report.Streams.Count);
        foreach (var stream in report.Streams)
            factors[stream.Id] = stream.Factor;
        return factors;
    }

    private sealed record Told(AgentReport Report, long At, AgentLoad Load, Dictionary<uint, LimitingFactor> Factors);
}
