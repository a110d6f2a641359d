using Microsoft.Extensions.Hosting;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Once a second: reads the relay's counters, makes rates of them and publishes the sample. Agents and services of which
/// nothing changed cost a few comparisons and no memory: what was told of them is told again.
/// </summary>
public sealed class LiveSampler(
    HubRelay relay, HubOptions options, LiveView view, FlowHistories histories, TimeProvider time) : BackgroundService
{
    private readonly AgentSampler _agents = new(time);
    private readonly ServiceSampler _services = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var defect = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The process's clock, and no timer beside it: each wakes four threads a second.
        var clock = time == TimeProvider.System ? Heartbeat.Shared : new Heartbeat(time);
        view.Publish(Sample());
        clock.Beat += Tick;
        try
        {
            await defect.Task.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops.
        }
        finally
        {
            clock.Beat -= Tick;
            if (clock != Heartbeat.Shared)
                clock.Dispose();
        }

        void Tick()
        {
            try
            {
                view.Publish(Sample());
            }
            catch (Exception e)
            {
                // The host ends over it, and the sessions' clock does not.
                defect.TrySetException(e);
            }
        }
    }

    /// <summary>One caller at a time.</summary>
    internal LiveSample Sample()
    {
        var now = time.GetTimestamp();
        var before = view.Current;
        var agents = _agents.Sample(relay.Registry, now, before.Agents);
        var services = _services.Sample(relay.Registry, _agents, now, before.Services, out var ports);
        histories.Add(services);
        return new LiveSample(
            time.GetUtcNow(), agents, services, ports, options.LastTunnelPort - options.FirstTunnelPort + 1, relay.Problems.Lately)
        {
            StreamEnds = relay.Problems.Endings.Read(),
            SessionEnds = relay.SessionEnds,
        };
    }
}
