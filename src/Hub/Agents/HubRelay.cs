using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>The relay of the hub: takes agents' connections from the door, runs their sessions, drains them at the end.</summary>
public sealed class HubRelay
{
    /// <summary>Agents that one second of this hub's TLS handshakes can take back; the return window spreads them.</summary>
    private const int ReturnsPerSecond = 400;

    /// <summary>When an agent that HUB_MEMORY has no room for may ask again, milliseconds.</summary>
    private const int FullRetry = 10_000;

    /// <summary>How often a drain looks whether streams are left.</summary>
    private static readonly TimeSpan s_drainLook = TimeSpan.FromMilliseconds(20);

    private readonly AgentDirectory _agents;
    private readonly AuditLog _audit;
    private readonly AgentRegistry _registry = new();
    private readonly ServicePublisher _publisher;
    private readonly RightsWatch _rights;
    private readonly CopiedIdentities _copies;
    private readonly AgentChecks _checks;
    private readonly WorkspaceShares _shares;
    private readonly ServiceDirectory _services;
    private readonly HubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HubRelay> _log;
    private readonly ConcurrentDictionary<SessionEndReason, long> _sessionEnds = new();
    private volatile bool _draining;

    public HubRelay(
        HubOptions options, AgentDirectory agents, ServiceDirectory services, ServicePolicy policy, Quotas quotas,
        AuditLog audit, Diagnostics diagnostics, TimeProvider time, ILogger<HubRelay> log)
    {
        _options = options;
        _services = services;
        _shares = new WorkspaceShares(HeldBytes.Process, options.Memory is null ? 0 : HubMemory.SessionCost);
        _agents = agents;
        _audit = audit;
        _time = time;
        _log = log;
        Problems = new RelayProblems(time, log);
        Streams = new StreamQuota(quotas, Problems, time);
        var access = new ServiceAccess(policy, Streams, Problems, Ledger, time);
        _publisher = new ServicePublisher(options, services, _registry, access, quotas, agents.LabelOf, log);
        _rights = new RightsWatch(policy, _registry, _publisher, time, log);
        _copies = new CopiedIdentities(time);
        Diagnoser = new Diagnoser(_registry, services, agents, policy, time);
        _checks = new AgentChecks(Diagnoser, diagnostics, _registry, log);
        Relay.RelayLoop.Defect += defect => AgentLog.LoopDefect(_log, defect);
        agents.Revoked += OnRevoked;
        agents.Changed += OnChanged;
        services.Deleted += OnDeleted;
        quotas.Changed += _publisher.FollowBandwidth;
    }

    /// <summary>Streams that live now, of all agents.</summary>
    public int LiveStreams => _registry.Sessions.Sum(s => s.Session.LiveStreams);

    /// <summary>What there is room for now.</summary>
    public HubRoom Room => HubRoom.Read(_options, _services, LiveStreams);

    /// <summary>A live stream by its id; null when the service is not up or has no such stream.</summary>
    internal (MuxStream Stream, PublishedService.Guest Guest)? FindStream(string workspaceId, string service, string streamId) =>
        _registry.FindService(workspaceId, service)?.Find(streamId);

    /// <summary>How agents' sessions ended since the hub started.</summary>
    internal IReadOnlyDictionary<SessionEndReason, long> SessionEnds => _sessionEnds;

    /// <summary>Looks at services through their agents.</summary>
    public Diagnoser Diagnoser { get; }

    internal RelayProblems Problems { get; }

    internal StreamQuota Streams { get; }

    internal AgentRegistry Registry => _registry;

    internal TunnelLedger Ledger { get; } = new();

    /// <summary>Handshake, session, end. Returns when the connection is over.</summary>
    public async Task HandleAgentAsync(AgentConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Transport?.StartCoalescing();
        try
        {
            using var limit = new CancellationTokenSource(ProtocolLimits.HandshakeDeadline, _time);
            var agent = await AdmitAsync(connection, limit.Token);
            if (agent is not null)
                await ServeAsync(agent);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException
            or ProtocolViolationException or InvalidOperationException)
        {
            AgentLog.Refused(_log, connection.Remote.ToString(), e.Message);
        }
        finally
        {
            await connection.Stream.DisposeAsync();
        }
    }

    /// <summary>
    /// Tells agents to come back elsewhere or later, closes the listeners, and waits for the streams that live, at most
    /// <paramref name="limit"/>; then ends the sessions.
    /// </summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        _draining = true;
        _publisher.Stop();
        foreach (var agent in _registry.Sessions)
            agent.Session.SendGoAway(GoAwayCode.Draining, TimeSpan.Zero, "The hub is shutting down.");
        // All at once: each waits for a turn of its loop, and a hub may have thousands.
        await Task.WhenAll(_registry.Services.Select(service => service.StopListeningAsync().AsTask()));
        var since = _time.GetTimestamp();
        while (LiveStreams > 0 && _time.GetElapsedTime(since) < limit)
            await Task.Delay(s_drainLook, _time);
        var sessions = _registry.Sessions.ToArray();
        foreach (var agent in sessions)
            agent.Session.Close(SessionEndReason.LocalClose, "The hub is shutting down.");
        // The last words leave and the transports close; a session that is not served any more is not waited for.
        var served = Task.WhenAll(sessions.Select(s => s.Served.Task));
        await Task.WhenAny(served, Task.Delay(2 * ProtocolLimits.CloseGrace, _time));
    }

    private async Task<AgentSession?> AdmitAsync(AgentConnection connection, CancellationToken cancellation)
    {
        var handshake = new HandshakeAcceptor(connection.Stream, connection.Binding);
        var hello = await handshake.ProveAsync(cancellation);
        if (hello is null)
        {
            AgentLog.Refused(_log, connection.Remote.ToString(), "the handshake failed");
            return null;
        }

        var identity = _agents.Find(hello.PublicKey);
        if (Refusal(identity) is { } refused)
        {
            AgentLog.Refused(_log, connection.Remote.ToString(), refused.Text);
            if (refused.Code != RefusalCode.TryLater)
                _audit.Refused(
                    identity?.WorkspaceId, identity is null ? "stranger" : $"agent {identity.AgentId}",
                    connection.Remote.Address.ToString(), "agent.connect", identity?.AgentId ?? "", refused.Code.ToString());
            await handshake.RefuseAsync(refused, cancellation);
            return null;
        }

        if (!connection.Authenticated())
            return null;
        var agent = new AgentSession(
            identity!, ReportReader.Line(hello.AgentVersion), connection.Remote, _time.GetUtcNow(), _registry.NextEpoch(), connection.Loop,
            _publisher, _registry, _log)
        {
            Place = hello.Place,
            TakesShares = hello.TakesShares,
            Checks = _checks,
            Told = new AgentTold(_time),
            Socket = connection.Transport,
        };
        // One that comes back takes the place of its older session.
        agent.Share = _shares.Enter(identity!.WorkspaceId, isReturn: _registry.Find(identity.AgentId) is not null);
        if (agent.Share is null)
        {
            var full = new Refused(RefusalCode.TryLater, FullRetry, "HUB_MEMORY has no room for one more agent of this workspace now.");
            AgentLog.Refused(_log, connection.Remote.ToString(), full.Text);
            await handshake.RefuseAsync(full, cancellation);
            return null;
        }

        agent.Session = new Session(
            connection.Stream, SessionRole.Hub,
            new SessionOptions { SendWindow = hello.InitialWindow, ReceiveWindow = InitialWindow, Scheduler = connection.Loop, Budget = agent.Share.Budget },
            agent);

        try
        {
            // The older session gives up its names and ports before the newer one can ask for them.
            var notice = "";
            if (_registry.Enter(agent) is { } older)
            {
                notice = TakeOver(older, agent);
                await _publisher.WithdrawAllAsync(older);
            }

            await handshake.WelcomeAsync(agent.Welcome(InitialWindow, ReturnWindow(), notice), cancellation);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        catch
        {
            // Gone before it was welcomed: it must not stand in the registry.
            agent.Session.Close(SessionEndReason.ConnectionLost, "gone before it was welcomed");
            _registry.Leave(agent);
            agent.Share.Dispose();
            throw;
        }

        // Who was revoked, or whose hub began to drain, between the look and the entry was told by nobody.
        if (_agents.Find(hello.PublicKey) is not { Revoked: false })
            agent.Session.Close(SessionEndReason.Revoked, "The agent was revoked.");
        else if (_draining)
            agent.Session.SendGoAway(GoAwayCode.Draining, TimeSpan.Zero, "The hub is shutting down.");
        _agents.Arrived(identity.AgentId, connection.Remote.Address.ToString());
        AgentLog.Connected(_log, identity.Label, connection.Remote.ToString(), agent.Epoch, agent.Version);
        return agent;
    }

    private async Task ServeAsync(AgentSession agent)
    {
        SessionEnd end;
        try
        {
            end = await agent.RunAsync();
        }
        finally
        {
            // After a defect too: it must not stand in the registry, and a drain waits for it.
            _registry.Leave(agent);
            _agents.Touch(agent.Agent.AgentId, agent.Remote.Address.ToString());
            agent.Share?.Dispose();
            agent.Served.TrySetResult();
        }

        _sessionEnds.AddOrUpdate(end.Reason, 1, static (_, count) => count + 1);
        var text = ReportReader.Line(end.Text);
        AgentLog.Left(_log, agent.Agent.Label, end.Reason, text);
        if (end.Reason is not (SessionEndReason.RemoteClose or SessionEndReason.LocalClose))
            Problems.Add(agent.Agent.WorkspaceId, "", $"agent {agent.Agent.Label} left: {end.Reason} ({text})");
    }

    private Refused? Refusal(AgentIdentity? identity)
    {
        if (identity is null)
            return new Refused(RefusalCode.UnknownAgent, 0, "This hub has no agent with this key: run 'connect logout', then enrol again with a token.");
        if (identity.Revoked)
            return new Refused(RefusalCode.Revoked, 0, $"Agent '{identity.Label}' was revoked: run 'connect logout' there, then enrol it anew if it shall return.");
        return _draining ? new Refused(RefusalCode.TryLater, 1_000, "The hub is shutting down.") : null;
    }

    /// <summary>
    /// The newest wins. The same machine and folder is a reconnect; another one is told to both, and when the two take
    /// turns, to the hub's people too. The answer is what the newer one is told.
    /// </summary>
    private string TakeOver(AgentSession older, AgentSession newer)
    {
        var isElsewhere = !older.IsOver && older.Place != 0 && newer.Place != 0 && older.Place != newer.Place;
        older.Session.Close(
            SessionEndReason.Superseded, $"A newer connection of this agent, from {newer.Remote.Address}, took over.");
        if (!isElsewhere)
            return "";
        if (_copies.IsTurn(newer.Agent.AgentId, older.Place, newer.Place))
        {
            AgentLog.IdentityCopied(_log, newer.Agent.Label, newer.Remote.ToString(), older.Remote.ToString());
            Problems.Add(
                newer.Agent.WorkspaceId, "",
                $"agent {newer.Agent.Label}: its identity is used in two places, {older.Remote.Address} and {newer.Remote.Address}");
            _agents.ReportCopied(newer.Agent, newer.Remote.Address.ToString(), older.Remote.Address.ToString());
        }

        return $"This identity was in use at {older.Remote.Address} until now; that session was ended. If that is another "
            + "machine, a copy of this config folder is in use: give each machine its own identity.";
    }

    /// <summary>What an agent may send on a new stream before the first CREDIT.</summary>
    private int InitialWindow => _options.Memory?.InitialWindow ?? ProtocolLimits.MaxInitialWindow;

    private int ReturnWindow() => _registry.Sessions.Count * 1_000 / ReturnsPerSecond;

    private void OnRevoked(string agentId) =>
        _registry.Find(agentId)?.Session.Close(SessionEndReason.Revoked, "The agent was revoked.");

    private void OnChanged(AgentIdentity agent)
    {
        if (_registry.Find(agent.AgentId) is { } session)
            session.Agent = agent;
        _rights.Look();
    }

    private void OnDeleted(string workspaceId, string service)
    {
        if (_registry.FindService(workspaceId, service) is not { } published)
            return;
        published.Owner.Session.TrySend(new Protocol.Control.WithdrawService(service));
        _ = Task.Run(() => _publisher.WithdrawAsync(published));
    }
}
