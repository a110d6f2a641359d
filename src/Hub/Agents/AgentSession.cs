using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Bench;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Agents;

/// <summary>One connected agent: who, its session, what it exposes. Requests are answered one at a time, off the loop.</summary>
internal sealed class AgentSession : SessionHandler
{
    /// <summary>Requests that wait for their turn. More: the session ends (Flood).</summary>
    private const int MaxPendingRequests = 2_048;

    private readonly ServicePublisher _publisher;
    private readonly AgentRegistry _registry;
    private readonly ILogger _log;
    private readonly Lazy<AgentBench> _bench;
    private readonly Lock _reachedGate = new();
    private SendFlow? _reached;
    private volatile AgentIdentity _agent;
    private readonly Channel<ControlMessage> _requests = Channel.CreateBounded<ControlMessage>(
        new BoundedChannelOptions(MaxPendingRequests) { SingleReader = true });

    public AgentSession(
        AgentIdentity agent, string version, IPEndPoint remote, DateTimeOffset connectedAt, long epoch, RelayLoop loop,
        ServicePublisher publisher, AgentRegistry registry, ILogger log)
    {
        _agent = agent;
        Version = version;
        Remote = remote;
        ConnectedAt = connectedAt;
        Epoch = epoch;
        Loop = loop;
        _publisher = publisher;
        _registry = registry;
        _log = log;
        _bench = new Lazy<AgentBench>(() => new AgentBench(this, registry));
    }

    /// <summary>Who it is; label, tags and owner may change while it lives.</summary>
    public AgentIdentity Agent
    {
        get => _agent;
        set => _agent = value;
    }

    /// <summary>Machine and folder that it runs with, as a number; 0 when unknown.</summary>
    public long Place { get; init; }

    /// <summary>Whether it can be told what its services get (<see cref="ShareService"/>).</summary>
    public bool TakesShares { get; init; }

    public string Version { get; }

    public IPEndPoint Remote { get; }

    public DateTimeOffset ConnectedAt { get; }

    public long Epoch { get; }

    public RelayLoop Loop { get; }

    /// <summary>The socket under the connection; null after an Upgrade that the HTTP server carried.</summary>
    public SocketTransport? Socket { get; init; }

    /// <summary>Set once before the session runs.</summary>
    public Session Session { get; set; } = null!;

    public ConcurrentDictionary<string, PublishedService> Services { get; } = new();

    /// <summary>Its place in the workspace's share; disposed of when the session ended.</summary>
    public WorkspacePlace? Share { get; set; }

    /// <summary>Completes when the session was run to its end and taken out of the registry.</summary>
    public TaskCompletionSource Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it asks of diagnoses.</summary>
    public required AgentChecks Checks { get; init; }

    /// <summary>What it tells of itself.</summary>
    public required AgentTold Told { get; init; }

    /// <summary>What it gets of the services that it reaches: within its workspace's bandwidth.</summary>
    public SendFlow Reached(ServiceAccess access)
    {
        // A change in between finds the flow or is seen here.
        lock (_reachedGate)
            return _reached ??= Session.NewFlow(ServiceShare.Default, access.Streams.Bandwidth(Agent.WorkspaceId).Limit);
    }

    /// <summary>The workspace's bandwidth changed.</summary>
    public void FollowBandwidth(ServiceAccess access)
    {
        lock (_reachedGate)
        {
            if (_reached is not null)
                Session.Change(_reached, access.Streams.Bandwidth(Agent.WorkspaceId).Limit);
        }
    }

    public bool IsOver => Session.Completion.IsCompleted;

    /// <summary>What it is told first.</summary>
    public Welcome Welcome(int window, int returnWindow, string notice) =>
        new(Agent.AgentId, Agent.Label, Agent.Workspace, HubVersion.Text, window, Epoch, returnWindow)
        {
            Notice = notice,
            ReportPeriod = (int)AgentTold.Period.TotalMilliseconds,
        };

    /// <summary>Runs the session to its end, and takes everything down that it exposed.</summary>
    public async Task<SessionEnd> RunAsync()
    {
        var answering = Task.Run(AnswerAsync);
        try
        {
            return await Session.RunAsync();
        }
        finally
        {
            _requests.Writer.TryComplete();
            await answering;
            await _publisher.WithdrawAllAsync(this);
        }
    }

    public override void OnOpen(MuxStream stream, OpenRequest request)
    {
        if (BenchName.TryParse(request.Service, out var bench))
            _bench.Value.Open(stream, bench);
        else if (CheckName.TryParse(request.Service, out var check))
            Checks.Open(stream, check, this);
        else if (_registry.FindService(Agent.WorkspaceId, request.Service) is { } service)
            service.Reach(stream, this);
        else
            stream.Reset(StreamError.AgentAway);
    }

    public override void OnControl(ControlMessage message)
    {
        if (message is AgentReport report)
            Told.Take(report);
        else if (!_requests.Writer.TryWrite(message) && !IsOver)
            Session.Close(SessionEndReason.Flood, $"more than {MaxPendingRequests} requests wait for an answer");
    }

    private async Task AnswerAsync()
    {
        await foreach (var request in _requests.Reader.ReadAllAsync())
        {
            try
            {
                if (await AnswerAsync(request) is { } answer)
                    Session.TrySend(answer);
            }
            catch (Exception e)
            {
                // A defect of ours: this request fails, the session and the others live on.
                AgentLog.RequestFailed(_log, e, Agent.Label);
            }
        }
    }

    private async Task<ControlMessage?> AnswerAsync(ControlMessage request)
    {
        switch (request)
        {
            case PublishService publish:
                return _publisher.Publish(this, publish);
            case FindService find:
                return _publisher.Find(this, find);
            case WithdrawService withdraw:
                if (Services.TryGetValue(withdraw.Service, out var service))
                    await _publisher.WithdrawAsync(service);
                return null;
            default:
                Session.Close(SessionEndReason.ProtocolViolation, $"an agent does not send {request.GetType().Name}");
                return null;
        }
    }
}
