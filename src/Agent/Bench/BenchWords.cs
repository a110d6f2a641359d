using System.Globalization;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>A verdict in one sentence, and what to do next in another; pure.</summary>
internal static class BenchWords
{
    public static string Limits(BenchPhase phase)
    {
        var verdict = phase.Verdict;
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"{(phase.Direction == "up" ? "Upwards" : "Downwards")}, {phase.Streams} stream{(phase.Streams == 1 ? "" : "s")} reached {BitRate.Words(phase.BitsPerSecond)}");
        var node = phase.Nodes.FirstOrDefault(node => node.Hop == verdict.Hop);
        var leg = phase.Legs.FirstOrDefault(leg => leg.Hop == verdict.Hop);
        return verdict.Cause switch
        {
            BenchCause.Cpu => $"{what}; the processor of {The(verdict.Hop)} limits: its busiest thread ran {Percent(node?.Running)} of the time.",
            BenchCause.CpuShared =>
                $"{what}; {The(verdict.Hop)} waited for a processor that others use: ready but not running {Percent(node?.Waiting)} of the time.",
            BenchCause.Limit => $"{what}; the service's limit, applied by {The(verdict.Hop)}, holds it there.",
            BenchCause.Reader => $"{what}; the target reads slowly: its agent held bytes for it {Percent(phase.TargetHeld)} of the time.",
            BenchCause.Rate =>
                $"{what}; the {verdict.Hop} carries no more: packets queue in it, {Milliseconds(leg?.RoundTripMs)} round trip instead of {Milliseconds(leg?.LeastRoundTripMs)}.",
            BenchCause.Loss => $"{what}; the {verdict.Hop} loses packets: {Percent(leg?.Retransmits)} were sent again.",
            BenchCause.Window =>
                $"{what}; a window on the {verdict.Hop} is too small for its round trip of {Milliseconds(leg?.RoundTripMs)}.",
            BenchCause.Delay => $"{what}; the round trip of {Milliseconds(leg?.RoundTripMs)} on the {verdict.Hop} limits, not its width.",
            _ => $"{what}; nothing that a bench can see held it back for most of the time.",
        };
    }

    public static string Next(BenchVerdict verdict) => verdict.Cause switch
    {
        BenchCause.Cpu => $"Give {The(verdict.Hop)} a faster processor, or take other work from its process.",
        BenchCause.CpuShared => $"See what else runs beside {The(verdict.Hop)} (top), and give it a processor of its own.",
        BenchCause.Limit => "Raise --limit where the service is exposed, if that is not what it is for.",
        BenchCause.Reader => "Look at the target: its processor, its disk, or how it reads.",
        BenchCause.Rate => $"A faster {verdict.Hop} helps, nothing else; expose with --limit a little below its rate to keep its queue short.",
        BenchCause.Loss => $"Look for a bad cable, radio or policer on the {verdict.Hop}; the congestion control bbr suffers less from it.",
        BenchCause.Window => "Raise net.ipv4.tcp_wmem at the sender and net.ipv4.tcp_rmem at the receiver; several streams at once do not help.",
        BenchCause.Delay => "Use several connections at once, longer transfers, or a hub nearer to both ends; --seconds 30 shows the settled rate.",
        _ => "Run it again for longer (--seconds 30), and with nothing else on the machines.",
    };

    private static string The(string hop) => hop is BenchHop.Here or BenchHop.None ? hop : $"the {hop}";

    private static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{(share ?? 0) * 100:0.#} %");

    private static string Milliseconds(double? value) => string.Create(CultureInfo.InvariantCulture, $"{value ?? 0:0.##} ms");
}
