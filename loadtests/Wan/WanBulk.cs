using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Scenarios;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Wan;

/// <summary>One stream, one way, over a far link; the direct path is plain TCP over the same link.</summary>
internal sealed class WanBulk(string name, string title, byte role, int roundTripMilliseconds, int lossPartsPerMillion)
    : IScenario
{
    private const double Giga = 1e9;
    private const double BitsPerByte = 8;

    /// <summary>Some tens of round trips, in which every window has had its chance to open.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public string Name => name;

    public string Title => title;

    /// <summary>What a connection learned on another link must not be brought along.</summary>
    public bool NeedsFreshPath => true;

    public bool Suits(PathKind path) => path.Name is "direct" or "ssh" or "nerdbank" or PathCatalogue.Ours;

    /// <summary>Up and down of one link.</summary>
    public static IEnumerable<WanBulk> Pair(int roundTripMilliseconds, int lossPartsPerMillion)
    {
        var link = FormattableString.Invariant($"{roundTripMilliseconds} ms round trip")
            + (lossPartsPerMillion > 0 ? FormattableString.Invariant($", {lossPartsPerMillion / 1e4} % loss") : "");
        var name = $"wan-{roundTripMilliseconds}" + (lossPartsPerMillion > 0 ? "-loss" : "");
        yield return new WanBulk($"{name}-up", $"{link}, 1 stream up", Role.Sink, roundTripMilliseconds, lossPartsPerMillion);
        yield return new WanBulk($"{name}-down", $"{link}, 1 stream down", Role.Source, roundTripMilliseconds, lossPartsPerMillion);
    }

    /// <summary>Before the path is started: its first packets already see this link.</summary>
    public void Prepare(WanLink link) => link.Shape(roundTripMilliseconds, lossPartsPerMillion);

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        var roundTrip = WanLink.RoundTrip(context.Target.EndPoint);
        using var load = new Bulk.BulkLoad(context.Entry, role, streams: 1);
        var window = context.Measure(
            () => (Bytes: load.Received + context.Target.Read(), Link: context.Link.Counts()), WarmUp);
        load.ThrowIfBroken();
        var (before, after) = (window.Before.Link, window.After.Link);
        double packets = after.Carried - before.Carried + (after.Lost - before.Lost) + (after.Overflowed - before.Overflowed);
        var gigabits = (window.After.Bytes - window.Before.Bytes) * BitsPerByte / Giga;
        return
        [
            new Measured("rate", "Gbit/s", Better.Higher, gigabits / window.Seconds),
            new Measured("link: round trip", "ms", Better.Neither, roundTrip.TotalMilliseconds),
            new Measured("link: packets lost", "%", Better.Neither, (after.Lost - before.Lost) / packets * 100),
            new Measured("link: queue overflowed", "%", Better.Neither, (after.Overflowed - before.Overflowed) / packets * 100),
        ];
    }
}
