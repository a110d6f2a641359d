using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Agents;

/// <summary>Service declared → listener up; service withdrawn, deleted or its agent gone → listener down.</summary>
internal sealed class ServicePublisher(
    HubOptions options, ServiceDirectory directory, AgentRegistry registry, ServiceAccess access, Quotas quotas,
    Func<string, string?> labelOf, ILogger log)
{
    /// <summary>Services of one agent: each may hold a port. More: refused (TooMany).</summary>
    public const int MaxServicesPerAgent = 1_024;

    /// <summary>Names told when a service is unknown: a hint, not a catalogue.</summary>
    private const int NamesInHint = 8;

    private readonly PortGrants _ports = new(options, directory, registry, quotas);
    private readonly LogPace _refusals = new(access.Time);
    private readonly Lock _gate = new();
    private bool _stopped;

    /// <summary>Answers a publish request.</summary>
    public ControlMessage Publish(AgentSession owner, PublishService request)
    {
        if (!ServiceName.IsValid(request.Service))
            return Refuse(owner, request, RequestFailure.BadName, ServiceName.Rule(request.Service));
        if (request.Target.Length is 0 or > 300)
            return Refuse(owner, request, RequestFailure.Other, "The target is empty or longer than 300 characters.");
        if (!AgentLabel.IsPrintable(request.Target))
            return Refuse(owner, request, RequestFailure.Other, "The target has a character that is not printable: write HOST:PORT.");
        if (!request.Share.IsValid())
            return Refuse(owner, request, RequestFailure.Other, $"Weight, limit or floor is out of bounds: {request.Share}.");
        if (PortRule.Of(request, out var fault) is not { } wish)
            return Refuse(owner, request, RequestFailure.Other, fault);
        lock (_gate)
        {
            if (owner.IsOver || _stopped)
                return Refuse(owner, request, RequestFailure.TryLater, "The hub or this session is ending: try again.");
            if (IsOneTooMany(owner, request.Service))
                return Refuse(owner, request, RequestFailure.TooMany, $"An agent may expose {MaxServicesPerAgent} services.");
            if (registry.FindService(owner.Agent.WorkspaceId, request.Service) is { } holder)
            {
                var who = holder.Owner == owner ? "this agent already" : $"agent '{holder.Owner.Agent.Label}'";
                return Refuse(
                    owner, request, RequestFailure.NameTaken,
                    $"Service '{request.Service}' is exposed by {who}: choose another name, or stop it there.");
            }

            if (IsBeyondItsOwner(owner, request.Service))
                return Refuse(
                    owner, request, RequestFailure.Other,
                    "This agent's owner is no member of the workspace any more, so it exposes nothing new: "
                    + "ask an admin to give the agent to a member.");
            if (ServicesQuota(owner, request.Service) is { } full)
                return Refuse(owner, request, RequestFailure.TooMany, full);
            var service = new PublishedService(request.Service, request.Target, owner, wish, request.Share, access);
            if (service.Port.Mode != PublishMode.Off && _ports.TryListen(service, request.Port) is { } refusal)
                return Refuse(owner, request, refusal.Code, refusal.Text);
            registry.TryPublish(service);
            // After that, or a change of the rule just now would be met by nobody.
            service.FollowShare(isNew: true);
            service.FollowBandwidth();
            owner.Services[service.Name] = service;
            Record(service, wish.Mode == PublishMode.Network && service.Port.Mode == PublishMode.Network);
            AgentLog.Published(log, service.Name, owner.Agent.Label, service.Address.ToString());
            return new ServicePublished(
                request.RequestId, service.Name, service.Address.Address.ToString(), service.Address.Port);
        }
    }

    /// <summary>Makes a service's port listen where its rights say now.</summary>
    public async Task MovePortAsync(PublishedService service)
    {
        var wanted = service.Port.BindAddress(options.TunnelBind);
        if (Equals(wanted, service.Address.Port == 0 ? null : service.Address.Address))
            return;
        await service.StopListeningAsync();
        if (wanted is null)
            return;
        lock (_gate)
        {
            if (_stopped || registry.FindService(service.Owner.Agent.WorkspaceId, service.Name) != service)
                return;
            if (_ports.TryListen(service, 0) is { } refusal)
                access.Problems.Add(service.Owner.Agent.WorkspaceId, service.Name, refusal.Text);
            else
                Record(service, false);
        }
    }

    /// <summary>The workspace's bandwidth changed: it holds at once for all that is published and reached.</summary>
    public void FollowBandwidth(string workspaceId)
    {
        foreach (var service in registry.Services.Where(one => one.Owner.Agent.WorkspaceId == workspaceId))
            service.FollowBandwidth();
        foreach (var session in registry.Sessions.Where(one => one.Agent.WorkspaceId == workspaceId))
            session.FollowBandwidth(access);
    }

    /// <summary>The hub drains: nothing is published any more.</summary>
    public void Stop()
    {
        lock (_gate)
            _stopped = true;
    }

    /// <summary>Takes exactly this service down; a newer one of its name stays.</summary>
    public async Task WithdrawAsync(PublishedService service)
    {
        if (!service.Owner.Services.TryRemove(new KeyValuePair<string, PublishedService>(service.Name, service)))
            return;
        registry.Withdraw(service);
        await service.DisposeAsync();
        AgentLog.Withdrawn(log, service.Name, service.Owner.Agent.Label);
    }

    /// <summary>The agent is gone: everything it exposed goes too. A publish that is under way ends first.</summary>
    public async Task WithdrawAllAsync(AgentSession owner)
    {
        PublishedService[] services;
        lock (_gate)
            services = [.. owner.Services.Values];
        // All at once: each waits for a turn of its loop, and the agent's next session waits for all.
        await Task.WhenAll(services.Select(WithdrawAsync));
    }

    /// <summary>Answers "where is this service".</summary>
    public ControlMessage Find(AgentSession asker, FindService request)
    {
        if (!ServiceName.IsValid(request.Service))
            return new RequestFailed(request.RequestId, RequestFailure.BadName, ServiceName.Rule(request.Service));
        var workspaceId = asker.Agent.WorkspaceId;
        if (!access.MayReach(asker.Agent, request.Service))
            return Unknown(asker, request);
        if (registry.FindService(workspaceId, request.Service) is { } up)
        {
            return new ServiceFound(
                request.RequestId, up.Name, up.Target, up.Address.Port, up.Owner.Agent.Label, true);
        }

        if (directory.Find(workspaceId, request.Service) is { } away)
            return new ServiceFound(request.RequestId, away.Name, away.Target, 0, labelOf(away.AgentId) ?? "", false);
        return Unknown(asker, request);
    }

    /// <summary>There is none, or none that the asker may reach: the same words.</summary>
    private RequestFailed Unknown(AgentSession asker, FindService request)
    {
        var names = directory.List(asker.Agent.WorkspaceId).Select(s => s.Name)
            .Where(name => access.MayReach(asker.Agent, name)).Take(NamesInHint + 1).ToList();
        var hint = names.Count == 0
            ? "No service is exposed yet: run 'connect expose HOST:PORT --name NAME' on the machine that can reach it."
            : $"Known: {string.Join(", ", names.Take(NamesInHint))}{(names.Count > NamesInHint ? ", …" : "")}.";
        return new RequestFailed(
            request.RequestId, RequestFailure.UnknownService,
            $"No service '{request.Service}' in workspace '{asker.Agent.Workspace}'. {hint}");
    }

    private string? ServicesQuota(AgentSession owner, string name)
    {
        var workspaceId = owner.Agent.WorkspaceId;
        return quotas.Of(workspaceId).Services is { } most && directory.Find(workspaceId, name) is null
            && directory.Count(workspaceId) >= most
            ? WorkspaceQuota.Refusal("services", most, "delete one that is not needed")
            : null;
    }

    private void Record(PublishedService service, bool isOpen) => _ = directory.RecordPublishedAsync(
        service.Owner.Agent.WorkspaceId, service.Name, service.Owner.Agent.AgentId, service.Target,
        service.Address.Port == 0 ? null : service.Address.Port, service.Owner.Remote.Address.ToString(), isOpen,
        CancellationToken.None);

    /// <summary>What is up or was its own stays (docs/decisions/0026); new names, and those of others, it does not get.</summary>
    private bool IsBeyondItsOwner(AgentSession owner, string name) =>
        !access.HasItsOwner(owner.Agent)
        && directory.Find(owner.Agent.WorkspaceId, name)?.AgentId != owner.Agent.AgentId;

    /// <summary>Names count too, not only what is up: every name is remembered, with a port that it may come back to.</summary>
    private bool IsOneTooMany(AgentSession owner, string name)
    {
        var workspaceId = owner.Agent.WorkspaceId;
        return directory.Find(workspaceId, name) is null
            && directory.Count(workspaceId, owner.Agent.AgentId) >= MaxServicesPerAgent;
    }

    private RequestFailed Refuse(AgentSession owner, PublishService request, RequestFailure code, string text)
    {
        if (_refusals.MayLog(out var unlogged))
        {
            if (unlogged > 0)
                AgentLog.RefusalsUnlogged(log, unlogged);
            AgentLog.PublishRefused(log, ServiceName.IsValid(request.Service) ? request.Service : "?", owner.Agent.Label, ReportReader.Line(text));
        }

        return new RequestFailed(request.RequestId, code, text);
    }
}
