using PrivateConnect.Hub.Agents;

namespace PrivateConnect.Web.Live;

/// <summary>
/// The parts of this second: each is rendered once, for however many look. A new sample forgets those of the last, so what
/// is kept is bounded by the pages that are open.
/// </summary>
public sealed class LiveFragments(LiveView live, FragmentRenderer renderer)
{
    private volatile Round _round = new(LiveSample.Empty, renderer);

    /// <summary>The part as it was first asked for in this second; null when what it shows is gone.</summary>
    public Task<Fragment?> GetAsync(LivePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var round = Now();
        lock (round.Parts)
            return round.Parts.TryGetValue((part.Key, part.Name), out var fragment) ? fragment : round.Start(part);
    }

    /// <summary>The part as it is now, for a page that is loaded: who has just changed something must see it changed.</summary>
    public Task<Fragment?> GetFreshAsync(LivePart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var round = Now();
        lock (round.Parts)
            return round.Start(part);
    }

    private Round Now()
    {
        var sample = live.Current;
        var round = _round;
        // Two that come at once may each make a round: a part is then rendered twice, and no harm done.
        if (!ReferenceEquals(round.Sample, sample))
            _round = round = new Round(sample, renderer);
        return round;
    }

    private sealed class Round(LiveSample sample, FragmentRenderer renderer)
    {
        public LiveSample Sample => sample;

        public Dictionary<(string Key, string Name), Task<Fragment?>> Parts { get; } = [];

        // Under the lock of the parts; rendering is not.
        public Task<Fragment?> Start(LivePart part) =>
            Parts[(part.Key, part.Name)] = Task.Run(() => RenderAsync(part));

        private async Task<Fragment?> RenderAsync(LivePart part) => part.Model(sample) is { } model
            ? new Fragment(part.Name, await renderer.RenderAsync(part.Partial, model))
            : null;
    }
}
