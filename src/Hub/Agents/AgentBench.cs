using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Hub.Agents;

/// <summary>What the hub does for a bench of one agent: answers what is asked of itself, passes on what is asked of a service.</summary>
internal sealed class AgentBench(AgentSession agent, AgentRegistry registry)
{
    private readonly BenchDesk _desk = new(agent.Loop, agent.Socket, TimeProvider.System);
    private volatile BenchStreams? _far;

    /// <summary>On the session's loop.</summary>
    public void Open(MuxStream stream, BenchName asked)
    {
        if (asked.Service.Length > 0)
            Pass(stream, asked);
        else if (asked.Kind == BenchKind.Report)
            _desk.Report(stream, agent.Agent.AgentId, () => _far is { IsEmpty: false } far ? [_desk.Leg, far.Read()] : [_desk.Leg]);
        else if (_desk.TryAdmit(stream, asked.Kind, agent.Agent.AgentId) && !BenchDesk.TryServe(stream, asked.Kind))
            stream.Reset(StreamError.UnknownService);
    }

    /// <summary>To the agent that exposes the service, which answers it or is too old to.</summary>
    private void Pass(MuxStream stream, BenchName asked)
    {
        if (registry.FindService(agent.Agent.WorkspaceId, asked.Service) is not { } service)
        {
            stream.Reset(StreamError.AgentAway);
            return;
        }

        var counts = asked.Kind is BenchKind.Sink or BenchKind.Source or BenchKind.Send;
        if (counts && !_desk.TryAdmit(stream, asked.Kind, agent.Agent.AgentId))
            return;
        if (service.Reach(stream, agent, asked.ToString(), asked.Kind == BenchKind.Report) is not { } to || !counts)
            return;
        if (_far is not { IsEmpty: false } far)
            _far = far = new BenchStreams(service.Owner.Loop, service.Owner.Socket);
        if (!far.TryAdd(to))
            to.Reset(StreamError.TooManyStreams);
    }
}
