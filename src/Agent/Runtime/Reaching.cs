using System.Collections.Concurrent;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>Keeps services of other agents reachable at local ports; the ports stay through a lost link.</summary>
internal sealed class Reaching(LinkSignal links, HubAddress hub, TimeProvider time)
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LaterAgain = TimeSpan.FromSeconds(5);

    private const int TakeoverTries = 20;
    private static readonly TimeSpan TakeoverPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<ReachedService, bool> _reached = new();

    public void Look()
    {
        foreach (var service in _reached.Keys)
            service.Streams.Look();
    }

    public IEnumerable<ServiceStatus> Status() => _reached.Keys.Select(s => s.Status()).OrderBy(s => s.Service, StringComparer.Ordinal);

    public async Task RunAsync(WorkItem item, WorkOwner owner, CancellationToken cancellation)
    {
        var label = "";
        var service = new ReachedService(item.Service, () => links.Current, () => label, time);
        _reached[service] = true;
        LocalPort? port = null;
        try
        {
            var insists = !owner.IsUp && item.LastPort == 0;
            while (true)
            {
                var link = await links.WaitAsync(cancellation);
                label = link.Welcome.Label;
                if (port is not null || await FindAsync(link, service, owner, insists, cancellation) is not { } found)
                {
                    if (port is not null)
                        Tell(owner, service, null);
                }
                else
                {
                    var wished = item.Port != 0 ? item.Port : item.LastPort != 0 ? item.LastPort : WishedPort(found);
                    port = await BindAsync(item, wished, link.Loop, service, cancellation);
                    service.Port = port.Number;
                    Tell(owner, service, Remark(found, wished, port.Number));
                }

                insists &= port is null;
                await link.Over.WaitAsync(cancellation);
                service.State = ServiceState.Waiting;
            }
        }
        finally
        {
            _reached.TryRemove(service, out _);
            if (port is not null)
                await port.DisposeAsync();
        }
    }

    /// <summary>Asks the hub where a service is; its refusal is the failure.</summary>
    public static async Task<ServiceFound> FindOnceAsync(HubLink link, string service, CancellationToken cancellation) =>
        await link.AskAsync(id => new FindService(id, service), cancellation) switch
        {
            ServiceFound found => found,
            RequestFailed refused => throw HubVerdict.Of(refused),
            _ => throw new AgentFailure(ExitCode.HubUnreachable, $"the hub did not say where '{service}' is; try again"),
        };

    /// <summary>Asks the hub until it knows the service or the link is over (null).</summary>
    private static async Task<ServiceFound?> FindAsync(
        HubLink link, ReachedService service, WorkOwner owner, bool insists, CancellationToken cancellation)
    {
        string? told = null;
        var refusals = 0;
        while (!link.Over.IsCompleted)
        {
            switch (await link.AskAsync(id => new FindService(id, service.Name), cancellation))
            {
                case ServiceFound found:
                    return found;
                case RequestFailed { Code: not RequestFailure.TryLater } refused:
                    var failure = HubVerdict.Of(refused);
                    if (insists)
                        throw failure;
                    service.State = ServiceState.Refused;
                    // A service of the same file, or of an agent that is just connecting too, is there in a moment.
                    if (++refusals > 1 && told != refused.Text)
                        owner.Tell(AgentEvent.Failed(failure.Code, told = refused.Text, service.Name));
                    await link.PauseAsync(refusals == 1 ? SoonAgain : LaterAgain, cancellation);
                    break;
                default:
                    await link.PauseAsync(SoonAgain, cancellation);
                    break;
            }
        }

        return null;
    }

    private async Task<LocalPort> BindAsync(
        WorkItem item, int wished, RelayLoop loop, ReachedService service, CancellationToken cancellation)
    {
        // The holder before us may be letting go of the very port in this moment.
        for (var tries = 1; item.LastPort != 0 && tries < TakeoverTries; tries++)
        {
            try
            {
                return await LocalPort.BindAsync(item.LastPort, loop, service.Accepted);
            }
            catch (AgentFailure)
            {
                await Task.Delay(TakeoverPause, time, cancellation);
            }
        }

        return item.Port != 0
            ? await LocalPort.BindAsync(wished, loop, service.Accepted)
            : await LocalPort.BindNearAsync(wished, loop, service.Accepted);
    }

    private static int WishedPort(ServiceFound found) => TargetEndpoint.TryParse(found.Target, out var target, out _) ? target.Port : 0;

    private static string? Remark(ServiceFound found, int wished, int got)
    {
        var other = wished == got || wished == 0 ? null : $"port {wished} is not free on this machine, so it is {got}";
        var away = found.IsUp ? null : $"the agent '{found.AgentLabel}' that exposes it is away now";
        return other is null ? away : away is null ? other : $"{other}; {away}";
    }

    private void Tell(WorkOwner owner, ReachedService service, string? remark)
    {
        service.State = ServiceState.Up;
        owner.Tell(new AgentEvent(EventName.Listening)
        {
            Service = service.Name,
            Port = service.Port,
            Address = "127.0.0.1",
            Hub = hub.ToString(),
            Text = remark,
        });
    }
}
