using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Hub.Agents;

/// <summary>Takes ephemeral agents out of the hub, with their services, when they stay away.</summary>
public sealed class EphemeralSweep(
    HubRelay relay, AgentDirectory agents, ServiceDirectory services, TimeProvider time, ILogger<EphemeralSweep> log)
    : BackgroundService
{
    /// <summary>How long an ephemeral agent may be away: long enough for a restart of agent or hub.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromMinutes(5);

    /// <summary>A tenth of the grace: a timer wakes four threads, in a hub that may have nothing else to do.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, long> _lastSeen = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        try
        {
            do
                await SweepAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The hub stops.
        }
    }

    /// <summary>One look; an agent that was never seen here counts from the first one.</summary>
    internal async Task SweepAsync(CancellationToken ct)
    {
        var known = agents.All.Where(agent => agent is { Ephemeral: true, Revoked: false }).ToList();
        foreach (var gone in _lastSeen.Keys.Except(known.Select(agent => agent.AgentId)).ToList())
            _lastSeen.Remove(gone);
        foreach (var agent in known)
        {
            var now = time.GetTimestamp();
            if (relay.Registry.Find(agent.AgentId) is not null || !_lastSeen.TryGetValue(agent.AgentId, out var seen))
                _lastSeen[agent.AgentId] = now;
            else if (time.GetElapsedTime(seen, now) >= Grace && !await TryRemoveAsync(agent, ct))
                return;
        }
    }

    private async Task<bool> TryRemoveAsync(AgentIdentity agent, CancellationToken ct)
    {
        try
        {
            foreach (var service in await agents.RemoveAsync(agent, ct))
                services.Removed(agent.WorkspaceId, service);
            // Who came back in this very moment is unknown now.
            relay.Registry.Find(agent.AgentId)?.Session.Close(SessionEndReason.Revoked, "The agent was away too long.");
            return true;
        }
        catch (Exception failure) when (DatabaseFailure.Describe(failure) is { } reason)
        {
            ControlLog.VanishDelayed(log, reason);
            return false;
        }
    }
}
