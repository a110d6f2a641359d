using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Scenarios;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>What we ask of ourselves: a factor on somebody's figure, or a number where <paramref name="Against"/> is null.</summary>
internal sealed record Bar(string Scenario, string What, double Factor, string? Against)
{
    public const string BestPeer = "the best peer";

    /// <summary>Whose figure it is, where not that of our tunnel as shipped beside the peer's cipher.</summary>
    public string? Of { get; init; }

    public static IReadOnlyList<Bar> All { get; } = [.. Make()];

    public BarResult Judge(Figures figures)
    {
        var row = figures.Rows.FirstOrDefault(row => row.Scenario.Name == Scenario && row.What == What);
        var higher = row is null ? What == "rate" : row.Better == Better.Higher;
        var (sign, than) = (higher ? "≥" : "≤", Against is null ? "" : $" × {PeerTitle(Against)}");
        var text = FormattableString.Invariant($"{sign} {Factor:0.##}{than}{(Against is null ? " " + row?.Unit : "")}");
        if (row is null) return new BarResult(this, text, null, null);

        var peer = Against == BestPeer
            ? figures.BestPeer(row)
            : PathCatalogue.All.FirstOrDefault(kind => kind.Name == Against);
        var ours = Of is null && peer is { IsOurs: false, IsTunnel: true }
            ? figures.OursBeside(peer, Scenario, What)
            : figures.Of(Scenario, What, Of ?? PathCatalogue.Ours);
        var theirs = peer is null ? null : figures.Of(Scenario, What, peer.Name);
        if (ours is null || (Against is not null && theirs is null)) return new BarResult(this, text, null, null);
        var value = Against is null ? ours.Median : ours.Median / theirs!.Median;
        if (Against == BestPeer) text += $" ({peer!.Title})";
        return new BarResult(this, text, value, higher ? value >= Factor : value <= Factor);
    }

    private static string PeerTitle(string name) => name == BestPeer ? name : PathCatalogue.Of(name).Title;

    private static IEnumerable<Bar> Make()
    {
        foreach (var bulk in new[] { "bulk-up", "bulk-down", "bulk-up-16", "bulk-down-16" })
        {
            yield return new Bar(bulk, "rate", 1.5, "ssh");
            yield return new Bar(bulk, "rate", 1.6, "stunnel");
            yield return new Bar(bulk, "CPU", 0.9, "ssh");
            yield return new Bar(bulk, "CPU", 0.7, "stunnel");
        }

        yield return new Bar("duplex", "rate", 1.4, "ssh");
        yield return new Bar("ping", "p50", 0.7, BestPeer);
        yield return new Bar("ping", "p99", 0.7, BestPeer);
        yield return new Bar("messages", "rate", 1.2, "ssh");
        yield return new Bar("messages", "CPU", 0.8, "ssh");
        yield return new Bar("short", "rate", 1.8, BestPeer);
        yield return new Bar("ping-bulk", "p50", 0.5, "stunnel");
        yield return new Bar("ping-bulk", "p99", 1, "stunnel");
        yield return new Bar("stalled", "rate", 1, "stunnel");
        // A stalled stream holds its window and no more: 256 KiB, the first one, in whole blocks.
        yield return new Bar("stalled", "held, server", 256, null);
        yield return new Bar("stalled", "held, agent", 256, null);
        yield return new Bar("idle", "memory, server", 3, null);
        yield return new Bar("idle", "memory, agent", 3, null);
        yield return new Bar("idle-cpu", "CPU, server", 0.05, null);
        yield return new Bar("idle-cpu", "CPU, agent", 0.05, null);
        yield return new Bar("agent", "RSS idle", 12, null);
        yield return new Bar("agent", "RSS with 1 Gbit/s", 24, null);
        foreach (var bulk in new[] { "bulk-up", "bulk-down" })
            yield return new Bar(bulk, "rate", 0.6, PathCatalogue.Ours) { Of = "reach" };
        foreach (var wan in AllScenarios.Wan)
            yield return new Bar(wan.Name, "rate", 0.85, "direct");
    }
}

/// <summary>What a bar asks, what was measured, and whether it is met; nulls where it was not measured.</summary>
internal sealed record BarResult(Bar Bar, string Asked, double? Measured, bool? Met);
