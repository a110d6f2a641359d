using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>Whom a grant names, as people type it: agents by their label too, and a refusal that fits the kind.</summary>
public static class GrantWords
{
    // All of a fleet would make the page as large as the fleet.
    private const int Suggested = 200;

    /// <summary>Agents that a grant may name, the first by label: the label where it names one agent alone, else the id.</summary>
    public static IEnumerable<(string Value, string Note)> Suggestions(AgentDirectory agents, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(agents);
        return Of(agents, workspaceId).GroupBy(agent => agent.Label, StringComparer.OrdinalIgnoreCase)
            .OrderBy(same => same.Key, StringComparer.OrdinalIgnoreCase)
            .SelectMany(same => same.Select(agent => same.Count() == 1 ? (agent.Label, agent.AgentId) : (agent.AgentId, agent.Label)))
            .Take(Suggested);
    }

    /// <summary>The id of the one agent with this label; what was typed where there is none, or are several.</summary>
    public static string Subject(AgentDirectory agents, string workspaceId, string? kind, string? typed)
    {
        ArgumentNullException.ThrowIfNull(agents);
        var text = typed?.Trim() ?? "";
        if (kind != "agent")
            return text;
        var called = Of(agents, workspaceId).Where(agent => agent.Label.Equals(text, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return called.Count == 1 ? called[0].AgentId : text;
    }

    /// <summary>Why nobody was granted anything.</summary>
    public static string Refusal(AgentDirectory agents, string workspace, string workspaceId, string? kind, string subject)
    {
        ArgumentNullException.ThrowIfNull(agents);
        return kind switch
        {
            "member" => $"'{subject}' is no member of {workspace}: look at the address, or invite them first.",
            "role" => $"'{subject}' is no role: write {Roles.Allowed}.",
            "agent" when Of(agents, workspaceId).Any(agent => agent.Label.Equals(subject, StringComparison.OrdinalIgnoreCase)) =>
                $"Several agents are called '{subject}': write the id of one, which stands on its page.",
            "agent" => $"'{subject}' is no agent of {workspace}: write its label, or the id that stands on its page.",
            "tag" => $"'{subject}' is no tag: a tag has 1 to 63 of a–z, 0–9 and '-', not at either end.",
            _ => "Choose whom the grant is for: a member, a role, an agent, or agents with a tag.",
        };
    }

    private static IEnumerable<AgentIdentity> Of(AgentDirectory agents, string workspaceId) =>
        agents.All.Where(agent => agent.WorkspaceId == workspaceId && !agent.Revoked);
}
