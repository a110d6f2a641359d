using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>One service that this agent exposes: its name, what is dialled for it, and how it is doing.</summary>
internal sealed class ExposedService(
    string name, TargetEndpoint target, ServiceShare share, TimeProvider time, ServiceProtocol? protocol = null)
{
    public string Name { get; } = name;

    public TargetEndpoint Target { get; } = target;

    /// <summary>What is asked of the hub.</summary>
    public ServiceShare Asked { get; } = share;

    /// <summary>What it gets of the session: what the hub told, else what is asked.</summary>
    public ServiceShare Share { get; private set; } = share;

    /// <summary>Its streams to the writer of the session it is published in; null before the first.</summary>
    public SendFlow? Flow { get; private set; }

    /// <summary>How its target is, when a diagnosis asks.</summary>
    public SharedCheck Check { get; } = new(target, protocol);

    public StreamCounters Streams { get; } = new(target.ToString(), time);

    /// <summary>The tunnel port it has or had last; 0 before the first.</summary>
    public int Port { get; set; }

    /// <summary><c>waiting</c>, <c>up</c> or <c>refused</c>.</summary>
    public string State { get; set; } = ServiceState.Waiting;

    /// <summary>It is about to be published in this session; what an older one told is over.</summary>
    public void Enter(Session session)
    {
        Share = Asked;
        Flow = session.NewFlow(Asked);
    }

    /// <summary>The hub of this session decided; one that is late, of an older session, is passed over.</summary>
    public void Take(ServiceShare told, Session session)
    {
        if (Flow is { } flow && session.Change(flow, told))
            Share = told;
    }

    public ServiceStatus Status() => Streams.Read(Name, "expose", State, Target.ToString(), Port) with { Share = Share == ServiceShare.Default ? null : Share };
}
