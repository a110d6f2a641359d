using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Live;

/// <summary>How far an exposure has come.</summary>
/// <param name="Name">Of the service.</param>
/// <param name="Target">What was asked for.</param>
/// <param name="Agent">The agent that was chosen, or that came; empty while it is a new one.</param>
/// <param name="IsConnected">It is connected.</param>
/// <param name="Address">Where the service is reached; null while nobody exposes it.</param>
/// <param name="Elsewhere">Another agent took the name meanwhile; its label.</param>
/// <param name="OtherTarget">What the agent says it dials, where that is not what was asked for.</param>
public sealed record ExposeWaitView(
    string Name, string Target, string Agent, bool IsConnected, string? Address, string? Elsewhere, string? OtherTarget);

/// <summary>Watches for a service that somebody was told how to expose. Reads memory only.</summary>
public sealed class ExposeWait(ServiceDirectory services, AgentDirectory agents, HubOptions options)
{
    public ExposeWaitView Read(LiveSample sample, string workspaceId, string name, string target, string? agentId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var live = sample.Services.FirstOrDefault(s => s.WorkspaceId == workspaceId && s.Name == name);
        var isTheirs = live is not null && (agentId is null || live.AgentId == agentId);
        var agent = agentId ?? (isTheirs ? live!.AgentId : null);
        return new ExposeWaitView(
            name, target, agent is null ? "" : agents.LabelOf(agent) ?? "",
            agent is not null && sample.Agents.Any(a => a.AgentId == agent),
            isTheirs && services.Find(workspaceId, name) is { } known ? ServiceTable.Address(known, live, options) : null,
            live is not null && !isTheirs ? live.AgentLabel : null,
            isTheirs && live!.Target != target ? live.Target : null);
    }
}
