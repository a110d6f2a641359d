using System.Globalization;
using System.Net;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Makes the command that exposes a service out of what a person typed. The hub names no address and dials nobody: whoever
/// sits at the agent's machine runs the command. What would be refused there is said here already. Reads memory only.
/// </summary>
public sealed class ExposePlans(ServiceDirectory services, AgentDirectory agents, LiveView live, Quotas quotas, HubOptions options)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Judges every field; a wish of another workspace's agent is one of an agent that is not there.</summary>
    public ExposePlan Judge(string workspaceId, ExposeWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var (faults, notes) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>());
        var agent = agents.FindById(wish.AgentId) is { Revoked: false } known && known.WorkspaceId == workspaceId ? known : null;
        if (agent is null && wish.AgentId != ExposeWish.NewAgent)
            faults["agent"] = "Choose the agent whose machine reaches it, or a new one.";
        var target = Target(wish.Target, faults, notes);
        Name(workspaceId, wish.Name, target?.ToString(), agent, faults, notes);
        if (wish.Protocol.Length > 0 && !ExposeWish.Protocols.Contains(wish.Protocol))
            faults["protocol"] = $"Choose one of {string.Join(", ", ExposeWish.Protocols)}.";
        if (wish.Publish.Length > 0 && !ExposeWish.Places.Contains(wish.Publish))
            faults["publish"] = $"Choose one of {string.Join(", ", ExposeWish.Places)}.";
        Port(workspaceId, wish, faults);
        return new ExposePlan(faults, notes, agent, target?.ToString() ?? "", faults.Count > 0 ? "" : Write(target!, wish));
    }

    private static string Write(TargetEndpoint target, ExposeWish wish) =>
        // Brackets are a pattern to a shell.
        $"expose {(target.Host.Contains(':', StringComparison.Ordinal) ? $"'{target}'" : target)} --name {wish.Name}"
        + (wish.Protocol.Length > 0 ? $" --protocol {wish.Protocol}" : "")
        + (wish.Publish.Length > 0 ? $" --publish {wish.Publish}" : "")
        + (wish.Port.Length > 0 ? $" --port {wish.Port}" : "");

    private static TargetEndpoint? Target(string typed, Dictionary<string, string> faults, List<string> notes)
    {
        if (!TargetEndpoint.TryParse(typed, out var target, out var problem))
        {
            faults["target"] = typed.Length == 0 ? "Give host:port, for example db.internal:5432." : $"{problem}.";
            return null;
        }

        // The command is pasted into a shell, maybe by somebody who was sent this page's address: an address with a zone is
        // none here, as the parser takes any text for one.
        var isAddress = IPAddress.TryParse(target.Host, out var address) && !target.Host.Contains('%', StringComparison.Ordinal);
        if (!isAddress && target.Host.Any(c => !Letters.Contains(c, StringComparison.Ordinal) && c is not ('.' or '-' or '_')))
            faults["target"] = "A host name has letters, digits, '.', '-' and '_'; write another script's name in its xn-- form.";
        else if (target.Host.StartsWith('-'))
            faults["target"] = "A host name does not begin with '-'.";
        else if (isAddress && ForbiddenTargets.Contains(address!))
            faults["target"] = "Agents dial no link-local, multicast or metadata address.";
        else if (target.Host == "localhost" || (isAddress && IPAddress.IsLoopback(address!)))
            notes.Add($"{target.Host} is the agent's own machine, not this hub and not yours.");
        return target;
    }

    private void Name(
        string workspaceId, string name, string? target, AgentIdentity? agent, Dictionary<string, string> faults, List<string> notes)
    {
        if (!ServiceName.IsValid(name))
        {
            faults["name"] = name.Length == 0 ? $"Give {ServiceName.Shape}." : ServiceName.Rule(name);
            return;
        }

        // A new agent that has come meanwhile is recognised by what it exposes: the page is loaded again when all is done.
        if (live.Current.Services.FirstOrDefault(s => s.WorkspaceId == workspaceId && s.Name == name) is { } up
            && up.AgentId != agent?.AgentId && (agent is not null || up.Target != target))
        {
            faults["name"] = $"Service '{name}' is exposed by agent '{up.AgentLabel}': choose another name, or stop it there.";
        }
        else if (services.Find(workspaceId, name) is not { } remembered)
        {
            if (quotas.Of(workspaceId).Services is { } most && services.Count(workspaceId) >= most)
                faults["name"] = WorkspaceQuota.Refusal("services", most, "delete one that is not needed");
        }
        else if (remembered.AgentId != agent?.AgentId && live.Current.Services.All(s => (s.WorkspaceId, s.Name) != (workspaceId, name)))
        {
            notes.Add($"'{name}' was exposed by agent '{agents.LabelOf(remembered.AgentId)}' until now: it moves, and keeps its rights and its port.");
        }
    }

    private void Port(string workspaceId, ExposeWish wish, Dictionary<string, string> faults)
    {
        if (wish.Port.Length == 0)
            return;
        var range = $"{options.FirstTunnelPort}-{options.LastTunnelPort}";
        if (!int.TryParse(wish.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port < options.FirstTunnelPort || port > options.LastTunnelPort)
            faults["port"] = $"This hub's ports are {range}: ask for one of them, or for none.";
        else if (wish.Publish == "off")
            faults["port"] = "A service without a port has no number: leave it out, or publish the port.";
        else if (live.Current.Services.FirstOrDefault(s => s.Port == port && (s.WorkspaceId, s.Name) != (workspaceId, wish.Name)) is { } holder)
            faults["port"] = $"Port {port} is used {(holder.WorkspaceId == workspaceId ? $"by service '{holder.Name}'" : "already")}: ask for another one, or for none.";
        else if (services.IsPortOfAnotherWorkspace(port, workspaceId))
            faults["port"] = $"Port {port} is used already: ask for another one, or for none.";
    }
}
