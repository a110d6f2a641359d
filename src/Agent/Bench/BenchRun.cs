using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Agent;

/// <summary>One bench from its first connection to its verdict, within the time of its plan.</summary>
internal sealed class BenchRun(HubLink link, HubAddress hub, string? pin, ServiceFound? service, BenchPlan plan, TimeProvider time)
{
    private static readonly int[] s_streams = [1, 8, 64];

    /// <summary>Towards the hub alone when there is a service to go on to: enough to fill the path.</summary>
    private const int HubStreams = 8;

    /// <summary>Share of the time for each kind of ping-pong, and the least: a few round trips of a far path.</summary>
    private const double PingShare = 0.05;
    private const double LeastPingSeconds = 0.4;

    /// <summary>Share of a run that is dropped: slow start, growing windows.</summary>
    private const double WarmUp = 0.35;

    private readonly string _name = service?.Service ?? "";
    private readonly BenchClient _client = new(link, service?.Service ?? "", time);
    private readonly List<MuxStream> _open = [];

    public async Task<BenchResult> RunAsync(CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            var (connect, handshake) = await HubProbe.MeasureAsync(hub, pin, link.Loop, time, cancellation);
            // Their streams stay: while they live, nobody else's bench comes between.
            var hubPing = await PingAsync("", cancellation);
            var agentPing = service is null ? null : await PingAsync(_name, cancellation);
            var (dial, problem) = service is null ? (null, null) : await _client.DialAsync(cancellation);

            var runs = Runs();
            var left = TimeSpan.FromSeconds(plan.Seconds) - time.GetElapsedTime(began);
            var each = TimeSpan.FromSeconds(Math.Max(0.25, left.TotalSeconds / runs.Count));
            var phases = new List<BenchPhase>();
            foreach (var (path, isUp, streams) in runs)
                phases.Add(await MeasureAsync(path, isUp, streams, each, cancellation));
            var decisive = BenchJudge.Decisive(phases);
            return new BenchResult(
                hub.ToString(), service?.Service, service?.AgentLabel, Math.Round(time.GetElapsedTime(began).TotalSeconds, 1),
                connect, handshake, hubPing, agentPing, dial, problem, phases, decisive.Verdict,
                BenchWords.Limits(decisive), BenchWords.Next(decisive.Verdict));
        }
        finally
        {
            foreach (var stream in _open)
                stream.Reset(StreamError.Cancelled);
        }
    }

    private List<(string Path, bool IsUp, int Streams)> Runs()
    {
        List<(string, bool, int)> runs = [];
        foreach (var isUp in new[] { true, false })
        {
            if (service is null)
                runs.AddRange(s_streams.Select(streams => (BenchPath.Hub, isUp, streams)));
            else
                runs.Add((BenchPath.Hub, isUp, HubStreams));
        }

        foreach (var isUp in service is null ? Array.Empty<bool>() : [true, false])
            runs.AddRange(s_streams.Select(streams => (BenchPath.Service, isUp, streams)));
        if (service is not null && plan.Send)
            runs.Add((BenchPath.Send, true, 1));
        return runs;
    }

    private async Task<BenchLatency?> PingAsync(string of, CancellationToken cancellation)
    {
        var end = new PingEnd(time);
        var stream = _client.Open(BenchKind.Echo, of, end);
        _open.Add(stream);
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(LeastPingSeconds, plan.Seconds * PingShare)), time, cancellation);
        end.Stop();
        BenchClient.RequireLive([stream], of);
        return end.Read();
    }

    private async Task<BenchPhase> MeasureAsync(string path, bool isUp, int count, TimeSpan length, CancellationToken cancellation)
    {
        var of = path == BenchPath.Hub ? "" : _name;
        var kind = path == BenchPath.Send ? BenchKind.Send : isUp ? BenchKind.Sink : BenchKind.Source;
        var mine = new BenchStreams(link.Loop, link.Socket);
        var streams = new List<MuxStream>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var stream = _client.Open(kind, of, isUp ? new SourceEnd() : new SinkEnd());
                streams.Add(stream);
                mine.TryAdd(stream);
            }

            await Task.Delay(length * WarmUp, time, cancellation);
            BenchClient.RequireLive(streams, of);
            var before = await _client.LookAsync(mine, of.Length > 0, cancellation);
            await Task.Delay(length * (1 - WarmUp), time, cancellation);
            BenchClient.RequireLive(streams, of);
            var after = await _client.LookAsync(mine, of.Length > 0, cancellation);
            return after.Since(before, path, isUp, count);
        }
        finally
        {
            foreach (var stream in streams)
                stream.Reset(StreamError.Cancelled);
        }
    }
}
