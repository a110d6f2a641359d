using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Agents;

/// <summary>The agents' part of a sample, and which of their sessions are quiet. One caller at a time.</summary>
internal sealed class AgentSampler(TimeProvider time)
{
    private readonly Tracks<AgentSession, Track> _tracks = new();
    private readonly List<AgentSession> _sessions = [];
    private readonly List<LiveAgent> _told = [];

    /// <summary>The agents of now; <paramref name="before"/> itself where nothing of them changed.</summary>
    public IReadOnlyList<LiveAgent> Sample(AgentRegistry registry, long now, IReadOnlyList<LiveAgent> before)
    {
        registry.CopySessions(_sessions);
        _told.Clear();
        foreach (var session in _sessions)
            _told.Add(Look(session, now));
        _tracks.EndRound(now, _sessions.Count);
        return Unchanged.Or(before, _told);
    }

    /// <summary>
    /// Whether nothing but pings went over the session since the last sample, and nothing waits in it: then all its services
    /// and streams are as they were.
    /// </summary>
    public bool IsQuiet(AgentSession session) => _tracks.Find(session) is { IsQuiet: true };

    private LiveAgent Look(AgentSession agent, long now)
    {
        var track = _tracks.Of(agent);
        var session = agent.Session;
        var (traffic, streams, held) = (session.Traffic, session.LiveStreams, session.Held.Held);
        // Held before: a visitor that took the rest of it made no frame.
        track.IsQuiet = traffic == track.Traffic && streams == track.Streams && held == 0 && track.Held == 0;
        (track.Traffic, track.Streams, track.Held) = (traffic, streams, held);
        track.Rates.Look(time, now, session.BytesIn, session.BytesOut);
        if (track.Told is { } told && track.IsQuiet && told.BytesIn == track.Rates.BytesIn && told.BytesOut == track.Rates.BytesOut
            && track.Rates.AreZero && told.InRate == 0 && told.OutRate == 0
            && ReferenceEquals(track.Identity, agent.Agent) && ReferenceEquals(told.Load, agent.Told.Load))
            return told;
        track.Identity = agent.Agent;
        return track.Told = new LiveAgent(
            agent.Agent.AgentId, agent.Agent.WorkspaceId, agent.Agent.Label, agent.Version, agent.Remote.Address.ToString(),
            agent.ConnectedAt, session.RoundTrip, streams, track.Rates.BytesIn, track.Rates.BytesOut, track.Rates.In, track.Rates.Out)
        {
            MedianRoundTrip = session.MedianRoundTrip,
            Load = agent.Told.Load,
        };
    }

    private sealed class Track : ITrack
    {
        public Rates Rates { get; } = new();

        public long Traffic { get; set; } = -1;

        public int Streams { get; set; }

        public long Held { get; set; }

        public bool IsQuiet { get; set; }

        public AgentIdentity? Identity { get; set; }

        public LiveAgent? Told { get; set; }
    }
}
