using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>Keeps one service exposed: publishes it on every link and withdraws it when its command goes. Never dials the target.</summary>
internal sealed class Exposing(LocalServices services, LinkSignal links, HubAddress hub, TimeProvider time)
{
    /// <summary>How long a name may be held by a command of this machine that is just going.</summary>
    private const int NameTries = 20;

    private static readonly TimeSpan NamePause = TimeSpan.FromMilliseconds(50);

    /// <summary>The hub said "try later" or did not answer.</summary>
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>The hub refused what it had granted before; a person may be changing things.</summary>
    private static readonly TimeSpan LaterAgain = TimeSpan.FromSeconds(5);

    public async Task RunAsync(WorkItem item, WorkOwner owner, CancellationToken cancellation)
    {
        if (!TargetEndpoint.TryParse(item.Target ?? "", out var target, out var problem))
            throw new AgentFailure(ExitCode.Usage, problem);
        var service = new ExposedService(item.Service, target, item.Share ?? ServiceShare.Default, time, item.Protocol) { Port = item.LastPort };
        await TakeNameAsync(service, cancellation);
        HubLink? published = null;
        try
        {
            // What was exposed once is asked for until it is granted again; what never was may end the command.
            var insists = !owner.IsUp && item.LastPort == 0;
            while (true)
            {
                var link = await links.WaitAsync(cancellation);
                published = link;
                if (await PublishAsync(link, service, item, owner, insists, cancellation))
                    insists = false;
                await link.Over.WaitAsync(cancellation);
                service.State = ServiceState.Waiting;
            }
        }
        finally
        {
            services.Remove(service);
            if (published is { Over.IsCompleted: false } link)
                link.Session.TrySend(new WithdrawService(service.Name));
        }
    }

    private async Task TakeNameAsync(ExposedService service, CancellationToken cancellation)
    {
        for (var tries = 1; !services.TryAdd(service); tries++)
        {
            if (tries == NameTries)
            {
                throw new AgentFailure(ExitCode.ServiceRefused,
                    $"'{service.Name}' is already exposed by another connect command with this config folder; choose another --name or end that one");
            }

            await Task.Delay(NamePause, time, cancellation);
        }
    }

    /// <summary>Publishes until the hub listens or the link is over. True when the hub listens.</summary>
    private async Task<bool> PublishAsync(
        HubLink link, ExposedService service, WorkItem item, WorkOwner owner, bool insists, CancellationToken cancellation)
    {
        string? told = null;
        // Before the hub can open a stream of it.
        service.Enter(link.Session);
        while (!link.Over.IsCompleted)
        {
            var ask = item.Port != 0 ? item.Port : service.Port;
            var answer = await link.AskAsync(
                id => new PublishService(id, service.Name, service.Target.ToString(), ask)
                {
                    Share = service.Asked,
                    Publish = PublishWords.Parse(item.Publish) ?? PublishWish.Usual,
                    Allow = item.Allow ?? "",
                },
                cancellation);
            switch (answer)
            {
                case ServicePublished published:
                    service.Port = published.Port;
                    service.State = ServiceState.Up;
                    owner.Tell(Exposed(service, published));
                    return true;
                case RequestFailed { Code: RequestFailure.PortTaken or RequestFailure.PortOutOfRange } when item.Port == 0 && ask != 0:
                    // The port it had is gone; any other will do, and "exposed" says which.
                    service.Port = 0;
                    continue;
                case RequestFailed { Code: not RequestFailure.TryLater } refused:
                    var failure = HubVerdict.Of(refused);
                    if (insists)
                        throw failure;
                    service.State = ServiceState.Refused;
                    if (told != refused.Text)
                        owner.Tell(AgentEvent.Failed(failure.Code, told = refused.Text, service.Name));
                    await link.PauseAsync(LaterAgain, cancellation);
                    break;
                default:
                    await link.PauseAsync(SoonAgain, cancellation);
                    break;
            }
        }

        return false;
    }

    private AgentEvent Exposed(ExposedService service, ServicePublished published) => new(EventName.Exposed)
    {
        Service = service.Name,
        Port = published.Port == 0 ? null : published.Port,
        Address = published.Port == 0 ? null : published.Address,
        Target = service.Target.ToString(),
        Hub = hub.ToString(),
    };
}
