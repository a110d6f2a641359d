namespace PrivateConnect.Protocol.Control;

/// <summary>
/// One message on the control stream (stream 0, MessagePack). The set is closed: <c>ControlCodec</c> knows every member.
/// A request carries a <c>RequestId</c> chosen by its sender; the answer repeats it.
/// </summary>
public abstract record ControlMessage;

/// <summary>Agent → hub: make <paramref name="Service"/> reachable; the hub answers <see cref="ServicePublished"/> or <see cref="RequestFailed"/>.</summary>
/// <param name="RequestId">Repeated in the answer.</param>
/// <param name="Service">Name, <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>.</param>
/// <param name="Target">What the agent dials, for people to read (host:port); the hub never dials it.</param>
/// <param name="Port">A port of the hub's range that is asked for, or 0 for "any, the same as last time if free".</param>
public sealed record PublishService(uint RequestId, string Service, string Target, int Port) : ControlMessage
{
    /// <summary>Where the tunnel port shall listen, as far as the hub's rights leave it to the agent.</summary>
    public PublishWish Publish { get; init; } = PublishWish.Usual;

    /// <summary>Networks that visitors may come from, with a space between them; empty for everybody.</summary>
    public string Allow { get; init; } = "";

    /// <summary>What the service asks of the session; the hub applies it to its direction, under the workspace's rule.</summary>
    public ServiceShare Share { get; init; } = ServiceShare.Default;
}

/// <summary>Hub → agent: the service's listener listens.</summary>
/// <param name="RequestId">Of the <see cref="PublishService"/>.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Address">Address that the listener is bound to, for example 127.0.0.1.</param>
/// <param name="Port">The tunnel port.</param>
public sealed record ServicePublished(uint RequestId, string Service, string Address, int Port) : ControlMessage;

/// <summary>Agent → hub: the service is gone; its listener closes, its live streams end.</summary>
/// <param name="Service">The service's name.</param>
public sealed record WithdrawService(string Service) : ControlMessage;

/// <summary>Agent → hub: does this service exist, and where? Answered by <see cref="ServiceFound"/> or <see cref="RequestFailed"/>.</summary>
/// <param name="RequestId">Repeated in the answer.</param>
/// <param name="Service">The service's name.</param>
public sealed record FindService(uint RequestId, string Service) : ControlMessage;

/// <summary>Hub → agent: the service that was asked for.</summary>
/// <param name="RequestId">Of the <see cref="FindService"/>.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Target">host:port as its agent calls it; its port is the first choice of the local listener.</param>
/// <param name="Port">The tunnel port on the hub, or 0 while the agent is away.</param>
/// <param name="AgentLabel">Label of the agent that exposes it.</param>
/// <param name="IsUp">Whether that agent is connected now.</param>
public sealed record ServiceFound(uint RequestId, string Service, string Target, int Port, string AgentLabel, bool IsUp)
    : ControlMessage;

/// <summary>
/// Hub → agent, where HELLO says that it is taken: what the service gets from now on, by the workspace's rule and what was
/// asked. After each publish and on every change; unanswered. The agent applies it to its direction.
/// </summary>
/// <param name="Service">The service's name.</param>
/// <param name="Share">All of it, not what changed.</param>
public sealed record ShareService(string Service, ServiceShare Share) : ControlMessage;

/// <summary>Hub → agent: the request was refused.</summary>
/// <param name="RequestId">Of the request.</param>
/// <param name="Code">Why, for programs.</param>
/// <param name="Text">Why and what to do next, one line for people.</param>
public sealed record RequestFailed(uint RequestId, RequestFailure Code, string Text) : ControlMessage;
