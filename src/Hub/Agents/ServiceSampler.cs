using System.Net;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>The services' part of a sample. One caller at a time.</summary>
internal sealed class ServiceSampler(TimeProvider time)
{
    private readonly Tracks<PublishedService, Track> _tracks = new();
    private readonly List<PublishedService> _services = [];
    private readonly List<LiveService> _told = [];
    private readonly List<KeyValuePair<MuxStream, LiveTunnel>> _live = [];
    private readonly StreamSampler _streams = new();

    /// <summary>
    /// The services of now, <paramref name="before"/> itself where nothing of them changed, and how many ports they have.
    /// After the agents' part.
    /// </summary>
    public IReadOnlyList<LiveService> Sample(
        AgentRegistry registry, AgentSampler agents, long now, IReadOnlyList<LiveService> before, out int ports)
    {
        registry.CopyServices(_services);
        _told.Clear();
        ports = 0;
        foreach (var service in _services)
        {
            var live = Look(service, agents.IsQuiet(service.Owner), now);
            _told.Add(live);
            ports += live.Port == 0 ? 0 : 1;
        }

        _streams.EndRound();
        _live.Clear();
        _tracks.EndRound(now, _services.Count);
        return Unchanged.Or(before, _told);
    }

    private LiveService Look(PublishedService service, bool isQuiet, long now)
    {
        var track = _tracks.Of(service);
        var at = service.Address;
        if (isQuiet && track is { IsAtRest: true, Told: { } told } && told.Refused == service.Refused && track.Share == service.Share
            && ReferenceEquals(track.Address, at) && ReferenceEquals(track.Identity, service.Owner.Agent))
        {
            track.Rates.Rest(now);
            return told;
        }

        (track.Share, track.Address, track.Identity) = (service.Share, at, service.Owner.Agent);
        var totals = service.Totals(_live);
        track.Rates.Look(time, now, totals.BytesIn, totals.BytesOut);
        var busiest = _streams.Sample(service, _live, out var areAtRest);
        track.IsAtRest = areAtRest && track.Rates.AreZero;
        return track.Told = new LiveService(
            track.Identity.WorkspaceId, service.Name, track.Identity.AgentId, track.Identity.Label, service.Target,
            at.Address.ToString(), at.Port, totals.Streams, totals.BytesIn, totals.BytesOut, track.Rates.In, track.Rates.Out)
        {
            Refused = service.Refused,
            Share = track.Share,
            IsShareTold = service.Owner.TakesShares,
            Busiest = busiest,
            Ended = service.Endings.Read(),
            Opened = totals.Opened,
            MedianOpenTime = service.MedianOpenTime,
        };
    }

    private sealed class Track : ITrack
    {
        public Rates Rates { get; } = new();

        /// <summary>The last look found nothing that the next one would tell otherwise.</summary>
        public bool IsAtRest { get; set; }

        public ServiceShare Share { get; set; } = ServiceShare.Default;

        public IPEndPoint? Address { get; set; }

        public AgentIdentity? Identity { get; set; }

        public LiveService? Told { get; set; }
    }
}
