using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Agents;

/// <summary>Service declared → listener up; service withdrawn, deleted or its agent gone → listener down.</summary>
internal sealed class ServicePublisher(
    HubOptions options, ServiceDirectory directory, AgentRegistry registry, RelayProblems problems,
    Func<string, string?> labelOf, ILogger log)
{
    /// <summary>Services of one agent: each may hold a port. More: refused (TooMany).</summary>
    public const int MaxServicesPerAgent = 1_024;

    /// <summary>Names told when a service is unknown: a hint, not a catalogue.</summary>
    private const int NamesInHint = 8;

    private readonly PortGrants _ports = new(options, directory, registry);
    private readonly Lock _gate = new();

    /// <summary>Answers a publish request.</summary>
    public ControlMessage Publish(AgentSession owner, PublishService request)
    {
        if (!ServiceName.IsValid(request.Service))
            return Refuse(owner, request, RequestFailure.BadName, ServiceName.Rule(request.Service));
        if (request.Target.Length is 0 or > 300)
            return Refuse(owner, request, RequestFailure.Other, "The target is empty or longer than 300 characters.");
        lock (_gate)
        {
            if (owner.IsOver)
                return Refuse(owner, request, RequestFailure.TryLater, "The session is over.");
            if (owner.Services.Count >= MaxServicesPerAgent)
                return Refuse(owner, request, RequestFailure.TooMany, $"An agent may expose {MaxServicesPerAgent} services.");
            if (registry.FindService(owner.Agent.WorkspaceId, request.Service) is { } holder)
            {
                var who = holder.Owner == owner ? "this agent already" : $"agent '{holder.Owner.Agent.Label}'";
                return Refuse(
                    owner, request, RequestFailure.NameTaken,
                    $"Service '{request.Service}' is exposed by {who}: choose another name, or stop it there.");
            }

            var service = new PublishedService(request.Service, request.Target, owner, problems);
            if (_ports.TryListen(service, request.Port) is { } refusal)
                return Refuse(owner, request, refusal.Code, refusal.Text);
            registry.TryPublish(service);
            owner.Services[service.Name] = service;
            _ = directory.RecordPublishedAsync(
                owner.Agent.WorkspaceId, service.Name, owner.Agent.AgentId, service.Target, service.Address.Port,
                CancellationToken.None);
            AgentLog.Published(log, service.Name, owner.Agent.Label, service.Address.ToString());
            return new ServicePublished(
                request.RequestId, service.Name, service.Address.Address.ToString(), service.Address.Port);
        }
    }

    /// <summary>Takes a service down, if the owner has it.</summary>
    public async Task WithdrawAsync(AgentSession owner, string name)
    {
        if (!owner.Services.TryRemove(name, out var service))
            return;
        registry.Withdraw(service);
        await service.DisposeAsync();
        AgentLog.Withdrawn(log, name, owner.Agent.Label);
    }

    /// <summary>The agent is gone: everything it exposed goes too. A publish that is under way ends first.</summary>
    public async Task WithdrawAllAsync(AgentSession owner)
    {
        string[] names;
        lock (_gate)
            names = [.. owner.Services.Keys];
        foreach (var name in names)
            await WithdrawAsync(owner, name);
    }

    /// <summary>Answers "where is this service".</summary>
    public ControlMessage Find(AgentSession asker, FindService request)
    {
        var workspaceId = asker.Agent.WorkspaceId;
        if (registry.FindService(workspaceId, request.Service) is { } up)
        {
            return new ServiceFound(
                request.RequestId, up.Name, up.Target, up.Address.Port, up.Owner.Agent.Label, true);
        }

        if (directory.Find(workspaceId, request.Service) is { } away)
            return new ServiceFound(request.RequestId, away.Name, away.Target, 0, labelOf(away.AgentId) ?? "", false);
        var names = directory.List(workspaceId).Select(s => s.Name).ToList();
        var hint = names.Count == 0
            ? "No service is exposed yet: run 'connect expose HOST:PORT --name NAME' on the machine that can reach it."
            : $"Known: {string.Join(", ", names.Take(NamesInHint))}{(names.Count > NamesInHint ? ", …" : "")}.";
        return new RequestFailed(
            request.RequestId, RequestFailure.UnknownService,
            $"No service '{request.Service}' in workspace '{asker.Agent.Workspace}'. {hint}");
    }

    private RequestFailed Refuse(AgentSession owner, PublishService request, RequestFailure code, string text)
    {
        AgentLog.PublishRefused(log, ServiceName.IsValid(request.Service) ? request.Service : "?", owner.Agent.Label, text);
        return new RequestFailed(request.RequestId, code, text);
    }
}
