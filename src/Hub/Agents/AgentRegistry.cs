using System.Collections.Concurrent;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Who is connected and what is published, now; the only shared mutable map of the relay. A newer session of an agent
/// replaces the older one, and an older one's late end never unregisters a newer one.
/// </summary>
internal sealed class AgentRegistry
{
    private readonly ConcurrentDictionary<string, AgentSession> _sessions = new();
    private readonly ConcurrentDictionary<(string WorkspaceId, string Service), PublishedService> _services = new();
    private long _epoch;

    public ICollection<AgentSession> Sessions => _sessions.Values;

    public ICollection<PublishedService> Services => _services.Values;

    /// <summary>Fills a list that the caller keeps: <see cref="Sessions"/> makes a new one and locks everybody out.</summary>
    public void CopySessions(List<AgentSession> into)
    {
        into.Clear();
        foreach (var (_, session) in _sessions)
            into.Add(session);
    }

    /// <summary>As <see cref="CopySessions"/>.</summary>
    public void CopyServices(List<PublishedService> into)
    {
        into.Clear();
        foreach (var (_, service) in _services)
            into.Add(service);
    }

    /// <summary>A number larger than every earlier session's.</summary>
    public long NextEpoch() => Interlocked.Increment(ref _epoch);

    /// <summary>Registers the session; returns the one it supersedes.</summary>
    public AgentSession? Enter(AgentSession session)
    {
        while (true)
        {
            if (_sessions.TryGetValue(session.Agent.AgentId, out var older))
            {
                if (_sessions.TryUpdate(session.Agent.AgentId, session, older))
                    return older;
            }
            else if (_sessions.TryAdd(session.Agent.AgentId, session))
            {
                return null;
            }
        }
    }

    /// <summary>Unregisters exactly this session.</summary>
    public void Leave(AgentSession session) =>
        _sessions.TryRemove(new KeyValuePair<string, AgentSession>(session.Agent.AgentId, session));

    public AgentSession? Find(string agentId) => _sessions.GetValueOrDefault(agentId);

    public PublishedService? FindService(string workspaceId, string service) =>
        _services.GetValueOrDefault((workspaceId, service));

    public bool TryPublish(PublishedService service) =>
        _services.TryAdd((service.Owner.Agent.WorkspaceId, service.Name), service);

    public void Withdraw(PublishedService service) =>
        _services.TryRemove(new KeyValuePair<(string, string), PublishedService>(
            (service.Owner.Agent.WorkspaceId, service.Name), service));
}
