namespace PrivateConnect.Agent;

/// <summary>Measures the way to the hub or to a service once, over the session that is there.</summary>
internal sealed class Benching(LinkSignal links, HubAddress hub, string? pin, TimeProvider time)
{
    public async Task RunAsync(WorkItem item, WorkOwner owner, CancellationToken cancellation)
    {
        var link = await links.WaitAsync(cancellation);
        var plan = item.Bench ?? new BenchPlan(BenchPlan.DefaultSeconds, Send: false);
        var service = item.Service.Length == 0 ? null : await Reaching.FindOnceAsync(link, item.Service, cancellation);
        if (service is { IsUp: false })
            throw new AgentFailure(ExitCode.NotMeasured, $"the agent '{service.AgentLabel}' that exposes '{item.Service}' is away now; try again when it is back");
        owner.Tell(new AgentEvent(EventName.Measuring)
        {
            Service = service?.Service,
            Hub = hub.ToString(),
            Text = $"Measuring {(service is null ? "the way to the hub" : $"the way to '{service.Service}' at agent '{service.AgentLabel}'")} for about {plan.Seconds} s.",
        });
        var result = await new BenchRun(link, hub, pin, service, plan, time).RunAsync(cancellation);
        owner.Tell(new AgentEvent(EventName.Bench) { Service = service?.Service, Bench = result });
    }
}
