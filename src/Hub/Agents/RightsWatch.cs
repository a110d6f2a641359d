using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Agents;

/// <summary>Ends what is no longer allowed and gives what is: after every change of rules, and when a grant expires.</summary>
internal sealed class RightsWatch
{
    /// <summary>At the latest after this the wall clock is looked at again: somebody may have set it.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);

    /// <summary>A timer may fire a little early; it is not asked for less.</summary>
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    private readonly ServicePolicy _policy;
    private readonly AgentRegistry _registry;
    private readonly ServicePublisher _publisher;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public RightsWatch(
        ServicePolicy policy, AgentRegistry registry, ServicePublisher publisher, TimeProvider time, ILogger log)
    {
        (_policy, _registry, _publisher, _time, _log) = (policy, registry, publisher, time, log);
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        policy.Changed += Look;
        _ = Task.Run(WatchAsync);
        Look();
    }

    /// <summary>Something changed; what it ends, ends soon after. Does not block.</summary>
    public void Look() => _wake.Writer.TryWrite(true);

    private async Task WatchAsync()
    {
        await foreach (var _ in _wake.Reader.ReadAllAsync())
        {
            try
            {
                // Armed before looking: a grant that ends meanwhile is met by one of the two.
                Arm();
                foreach (var service in _registry.Services)
                {
                    service.EndRevoked();
                    service.FollowShare();
                }

                foreach (var service in _registry.Services)
                    await _publisher.MovePortAsync(service);
            }
            catch (Exception defect)
            {
                // A defect of ours: the next look comes, at the latest with the timer.
                AgentLog.LoopDefect(_log, defect);
            }
        }
    }

    private void Arm()
    {
        var now = _time.GetUtcNow();
        var wait = _policy.Current.NextExpiry(now) is { } next ? next - now : Timeout.InfiniteTimeSpan;
        if (wait != Timeout.InfiniteTimeSpan)
            wait = wait < s_shortestWait ? s_shortestWait : wait > s_longestWait ? s_longestWait : wait;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
