using System.Globalization;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>A bench's result for people: tables, bars, verdict; pure.</summary>
internal static class BenchText
{
    private const int BarWidth = 24;

    public static IEnumerable<string> Lines(BenchResult result)
    {
        yield return "";
        foreach (var (what, value) in Latencies(result))
            yield return $"{what,-34}  {value}";
        yield return "";
        yield return $"{"PATH",-8}  {"WAY",-4}  {"STREAMS",7}  {"RATE",13}  {"",-BarWidth}  HELD BACK BY";
        var most = Math.Max(1, result.Phases.Max(phase => phase.BitsPerSecond));
        foreach (var phase in result.Phases)
        {
            yield return Invariant(
                $"{phase.Path,-8}  {phase.Direction,-4}  {phase.Streams,7}  {BitRate.Words(phase.BitsPerSecond),13}  {Bar(phase.BitsPerSecond / most),-BarWidth}  {Words(phase.Verdict)}");
        }

        yield return "";
        yield return result.Text;
        yield return result.Next;
    }

    private static IEnumerable<(string What, string Value)> Latencies(BenchResult result)
    {
        yield return ("TCP connect to the hub", Invariant($"{result.TcpConnectMs,8:0.000} ms"));
        if (result.TlsHandshakeMs is { } handshake)
            yield return ("TLS handshake with the hub", Invariant($"{handshake,8:0.000} ms"));
        if (result.HubPing is { } hub)
            yield return ("64 B to the hub and back", Words(hub));
        if (result.AgentPing is { } agent)
            yield return ("64 B to the agent and back", Words(agent));
        if (result.DialMs is { } dial)
            yield return ("agent's dial of its target", Invariant($"{dial,8:0.000} ms"));
        if (result.DialProblem is { } problem)
            yield return ("agent's dial of its target", problem);
    }

    private static string Words(BenchLatency latency) => Invariant($"{latency.P50Ms,8:0.000} ms p50  {latency.P99Ms,8:0.000} ms p99");

    private static string Words(BenchVerdict verdict) =>
        verdict.Cause == BenchCause.None ? "-" : $"{verdict.Hop}: {verdict.Cause}";

    private static string Bar(double share) => new('█', (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
