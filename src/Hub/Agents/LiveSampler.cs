using Microsoft.Extensions.Hosting;

namespace PrivateConnect.Hub.Agents;

/// <summary>Once a second: reads the relay's counters, makes rates of them and publishes the sample.</summary>
public sealed class LiveSampler(
    HubRelay relay, HubOptions options, LiveView view, FlowHistories histories, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly Dictionary<object, Track> _tracks = [];
    private readonly StreamSampler _streams = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        try
        {
            do
                view.Publish(Sample());
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
    }

    internal LiveSample Sample()
    {
        var now = time.GetTimestamp();
        var agents = relay.Registry.Sessions.Select(session =>
        {
            var rates = Rates(session, now, session.Session.BytesIn, session.Session.BytesOut);
            return new LiveAgent(
                session.Agent.AgentId, session.Agent.WorkspaceId, session.Agent.Label, session.Version,
                session.Remote.Address.ToString(), session.ConnectedAt, session.Session.RoundTrip,
                session.Session.LiveStreams, session.Session.BytesIn, session.Session.BytesOut, rates.In, rates.Out);
        }).ToList();
        var services = relay.Registry.Services.Select(service =>
        {
            var totals = service.Totals();
            var rates = Rates(service, now, totals.BytesIn, totals.BytesOut);
            return new LiveService(
                service.Owner.Agent.WorkspaceId, service.Name, service.Owner.Agent.AgentId, service.Owner.Agent.Label,
                service.Target, service.Address.Address.ToString(), service.Address.Port, totals.Streams,
                totals.BytesIn, totals.BytesOut, rates.In, rates.Out)
            {
                Refused = service.Refused,
                Share = service.Share,
                Busiest = _streams.Sample(service),
                Ended = service.Endings.Read(),
                Opened = totals.Opened,
            };
        }).ToList();
        histories.Add(services);
        _streams.EndRound();
        Forget(now);
        return new LiveSample(
            time.GetUtcNow(), agents, services, services.Count,
            options.LastTunnelPort - options.FirstTunnelPort + 1, relay.Problems.Lately)
        {
            StreamEnds = relay.Problems.Endings.Read(),
            SessionEnds = relay.SessionEnds,
        };
    }

    private (double In, double Out) Rates(object key, long now, long bytesIn, long bytesOut)
    {
        if (!_tracks.TryGetValue(key, out var track))
            _tracks.Add(key, track = new Track { At = now, In = bytesIn, Out = bytesOut });
        var seconds = time.GetElapsedTime(track.At, now).TotalSeconds;
        if (seconds > 0)
        {
            track.InRate = (bytesIn - track.In) / seconds;
            track.OutRate = (bytesOut - track.Out) / seconds;
        }

        (track.At, track.In, track.Out) = (now, bytesIn, bytesOut);
        return (track.InRate, track.OutRate);
    }

    private void Forget(long now)
    {
        foreach (var (key, track) in _tracks)
        {
            if (track.At != now)
                _tracks.Remove(key);
        }
    }

    private sealed class Track
    {
        public long At { get; set; }

        public long In { get; set; }

        public long Out { get; set; }

        public double InRate { get; set; }

        public double OutRate { get; set; }
    }
}
