namespace PrivateConnect.Hub.Agents;

/// <summary>What a sampler remembers of one thing from look to look.</summary>
internal interface ITrack
{
    /// <summary>Their time is that of the last look.</summary>
    Rates Rates { get; }
}

/// <summary>The tracks of all things that a sampler looks at. One caller at a time.</summary>
internal sealed class Tracks<TThing, TTrack>
    where TThing : class
    where TTrack : class, ITrack, new()
{
    private readonly Dictionary<TThing, TTrack> _tracks = [];

    /// <summary>The track, made at the first look.</summary>
    public TTrack Of(TThing thing)
    {
        if (!_tracks.TryGetValue(thing, out var track))
            _tracks.Add(thing, track = new TTrack());
        return track;
    }

    /// <summary>The track of a thing that was looked at; null otherwise.</summary>
    public TTrack? Find(TThing thing) => _tracks.GetValueOrDefault(thing);

    /// <summary>Forgets what was not looked at in the round of <paramref name="now"/>, in which <paramref name="looked"/> things were.</summary>
    public void EndRound(long now, int looked)
    {
        if (_tracks.Count <= looked)
            return;
        foreach (var (thing, track) in _tracks)
        {
            if (track.Rates.At != now)
                _tracks.Remove(thing);
        }
    }
}
