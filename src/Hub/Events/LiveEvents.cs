using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Events;

/// <summary>
/// Makes events of the differences between one live sample and the next, once a second on the sampler's thread: the
/// relay does nothing for them and cannot be held up by them. What comes and goes within a second is not told.
/// </summary>
internal sealed class LiveEvents
{
    private readonly EventFeed _feed;

    public LiveEvents(
        EventFeed feed, LiveView view, AgentDirectory agents, ServiceDirectory services, ServicePolicy policy,
        MemberDirectory members, WorkspaceKeys keys)
    {
        _feed = feed;
        view.Published += Compare;
        agents.Revoked += agentId =>
        {
            if (agents.FindById(agentId) is { } agent) Tell(agent, "agent.revoke");
        };
        agents.Changed += agent => Tell(agent, "agent.change");
        policy.RuleChanged += (workspaceId, service) =>
            feed.RightsChanged(workspaceId, "service.rights", service: service);
        members.Changed += change => feed.RightsChanged(change.WorkspaceId, "member.change");
        keys.Changed += workspaceId => feed.RightsChanged(workspaceId, "key.change");
        services.Deleted += (workspaceId, service) => feed.RightsChanged(workspaceId, "service.delete", service: service);
    }

    private void Tell(AgentIdentity agent, string what) =>
        _feed.RightsChanged(agent.WorkspaceId, what, agentId: agent.AgentId);

    internal void Compare(LiveSample before, LiveSample after)
    {
        // The sampler keeps a list of which nothing changed.
        if (!ReferenceEquals(before.Agents, after.Agents))
            CompareAgents(before, after);
        if (!ReferenceEquals(before.Services, after.Services))
            CompareServices(before, after);
    }

    private void CompareAgents(LiveSample before, LiveSample after)
    {
        // Another start of the same agent is another connection: down, then up.
        var old = before.Agents.DistinctBy(Key).ToDictionary(Key);
        foreach (var agent in after.Agents)
        {
            if (old.Remove(Key(agent))) continue;
            Add(agent.WorkspaceId, EventType.AgentUp, new EventData(after.At)
            {
                AgentId = agent.AgentId,
                Label = agent.Label,
                Address = agent.Address,
                Version = agent.Version,
            });
        }

        foreach (var agent in old.Values)
        {
            Add(agent.WorkspaceId, EventType.AgentDown,
                new EventData(after.At) { AgentId = agent.AgentId, Label = agent.Label });
        }

        static (string, DateTimeOffset) Key(LiveAgent agent) => (agent.AgentId, agent.ConnectedAt);
    }

    private void CompareServices(LiveSample before, LiveSample after)
    {
        var old = before.Services.DistinctBy(Key).ToDictionary(Key);
        foreach (var service in after.Services)
        {
            if (!old.Remove(Key(service), out var was))
                Add(service.WorkspaceId, EventType.ServiceUp, Told(service, after.At));
            else if ((was.AgentId, was.Target, was.Port) != (service.AgentId, service.Target, service.Port))
                Add(service.WorkspaceId, EventType.ServiceChanged, Told(service, after.At));
            CompareStreams(was, service, after.At);
        }

        foreach (var service in old.Values)
        {
            Add(service.WorkspaceId, EventType.ServiceDown,
                new EventData(after.At) { Service = service.Name, AgentId = service.AgentId });
        }

        static (string, string) Key(LiveService service) => (service.WorkspaceId, service.Name);
    }

    private void CompareStreams(LiveService? was, LiveService service, DateTimeOffset at)
    {
        // Counters that went back belong to a new life of the service.
        if (was is null || was.Opened > service.Opened) was = service with { Opened = 0, Streams = 0 };
        var opened = service.Opened - was.Opened;
        var ended = service.Opened - service.Streams - (was.Opened - was.Streams);
        if (opened <= 0 && ended <= 0) return;
        Add(service.WorkspaceId, EventType.Streams, new EventData(at)
        {
            Service = service.Name,
            Opened = opened,
            Ended = ended,
            Live = service.Streams,
            BytesIn = service.BytesIn,
            BytesOut = service.BytesOut,
        });
    }

    private static EventData Told(LiveService service, DateTimeOffset at) => new(at)
    {
        Service = service.Name,
        AgentId = service.AgentId,
        Label = service.AgentLabel,
        Target = service.Target,
        Port = service.Port,
    };

    private void Add(string workspaceId, string type, EventData data) => _feed.Publish(workspaceId, type, data);
}
