using Microsoft.Extensions.Logging;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Agents;

/// <summary>What went wrong lately, newest first, for the log and the dashboard in the same words. Bounded.</summary>
internal sealed class RelayProblems(TimeProvider time, ILogger log)
{
    /// <summary>What a page shows; older ones are in the log.</summary>
    private const int Kept = 50;

    /// <summary>How streams of all services ended since the hub started.</summary>
    public StreamEndings Endings { get; } = new();

    private readonly Lock _gate = new();
    // A dead target under a busy port must not fill the log.
    private readonly LogPace _pace = new(time);
    private readonly LinkedList<LiveProblem> _lately = new();
    private LiveProblem[]? _told;

    public IReadOnlyList<LiveProblem> Lately
    {
        get
        {
            lock (_gate)
                return _told ??= [.. _lately];
        }
    }

    /// <summary>A stream ended. A visitor or target that resets its own connection is not a problem of ours.</summary>
    public void OnEnded(PublishedService service, string peer, in SpliceResult result)
    {
        Endings.Add(result.Error);
        if (result.Error is StreamError.None or StreamError.PeerReset or StreamError.Cancelled or StreamError.Shutdown or StreamError.Killed
            or StreamError.Paused)
        {
            AgentLog.StreamEnded(log, service.Name, peer, result.Error, result.BytesIn, result.BytesOut);
            return;
        }

        var what = Words(result.Error, service.Target);
        Add(service.Owner.Agent.WorkspaceId, service.Name, what);
        if (!_pace.MayLog(out var unlogged))
            return;
        if (unlogged > 0)
            AgentLog.StreamsUnlogged(log, unlogged);
        AgentLog.StreamFailed(log, service.Name, peer, what, result.BytesIn, result.BytesOut);
    }

    public void Add(string workspaceId, string service, string what)
    {
        lock (_gate)
        {
            _told = null;
            _lately.AddFirst(new LiveProblem(time.GetUtcNow(), workspaceId, service, what));
            if (_lately.Count > Kept)
                _lately.RemoveLast();
        }
    }

    private static string Words(StreamError error, string target) => error switch
    {
        StreamError.TargetRefused => $"target {target} refused the connection",
        StreamError.TargetTimeout => $"target {target} did not answer in time",
        StreamError.TargetUnreachable => $"target {target} cannot be reached",
        StreamError.TargetUnknownHost => $"the name of target {target} does not resolve",
        StreamError.TargetForbidden => $"target {target} is an address that agents do not dial",
        StreamError.UnknownService => "the agent does not know the service any more",
        StreamError.AgentAway => "its agent is not connected",
        StreamError.Budget => "too many bytes wait for slow readers: new connections are refused, those that read nothing or hold most are reset",
        StreamError.TooManyStreams => "too many live streams",
        StreamError.SessionLost => "the agent's connection was lost",
        StreamError.ServiceGone => "the service was withdrawn",
        StreamError.Revoked => "revoked: the right to use it ended",
        StreamError.Paused => "the service is paused",
        StreamError.Idle => "half-closed and idle for too long",
        _ => $"ended with {error}",
    };
}
