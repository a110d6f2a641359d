using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Web.Live;

/// <summary>Hub, agents and their services as a tree that a phone can show; what it draws stands beside it in words.</summary>
public sealed record TopologyView(IReadOnlyList<TopologyAgent> Agents, int MoreAgents, int AllAgents, int Height)
{
    public const int Width = 360;

    /// <summary>Where the hub's line begins.</summary>
    public const int HubX = 16;

    /// <summary>Where agents stand.</summary>
    public const int AgentX = 52;

    /// <summary>Where services stand.</summary>
    public const int ServiceX = 92;
}

/// <summary>An agent in the picture: its place, the width of its line to the hub, and what it exposes.</summary>
public sealed record TopologyAgent(
    string Id, string Label, string Short, bool Up, int Y, string Line, string Rate, IReadOnlyList<TopologyService> Services, int MoreServices, int MoreY);

/// <summary>A service in the picture.</summary>
public sealed record TopologyService(string Name, string Short, bool Up, int Y, string Line, string Rate);

/// <summary>Draws the picture of one workspace. Reads memory only.</summary>
public sealed class Topology(AgentDirectory agents, ServiceDirectory services)
{
    // What fits a screen; the busiest first. Pages Agents and Services have all.
    private const int ShownAgents = 15, ShownServices = 6;

    private const int Top = 52, Row = 26, Gap = 10;

    // What fits beside a rate at that width.
    private const int LabelLength = 24, NameLength = 22;

    public TopologyView Read(LiveSample sample, string workspaceId)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var up = sample.Agents.Where(a => a.WorkspaceId == workspaceId).DistinctBy(a => a.AgentId)
            .ToDictionary(a => a.AgentId, StringComparer.Ordinal);
        var flows = sample.Services.Where(s => s.WorkspaceId == workspaceId).DistinctBy(s => s.Name)
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
        var exposed = services.List(workspaceId);
        // Not by rate: a picture whose parts change places every second cannot be read.
        var all = agents.All.Where(a => a.WorkspaceId == workspaceId && !a.Revoked)
            .OrderBy(a => !up.ContainsKey(a.AgentId)).ThenBy(a => a.Label, StringComparer.OrdinalIgnoreCase)
            .ThenBy(a => a.AgentId, StringComparer.Ordinal).ToList();
        var y = Top;
        var shown = new List<TopologyAgent>();
        foreach (var agent in all.Take(ShownAgents))
        {
            var live = up.GetValueOrDefault(agent.AgentId);
            var at = y;
            var lines = new List<TopologyService>();
            var mine = exposed.OfAgent(agent.AgentId).ToList();
            foreach (var service in mine.Take(ShownServices))
            {
                y += Row;
                var flow = flows.GetValueOrDefault(service.Name);
                lines.Add(new TopologyService(
                    service.Name, Short(service.Name, NameLength), flow is not null, y, Thickness(flow?.InRate + flow?.OutRate),
                    flow is null ? "down" : Format.Rate(flow.InRate + flow.OutRate)));
            }

            var more = mine.Count - lines.Count;
            if (more > 0)
                y += Row;
            shown.Add(new TopologyAgent(
                agent.AgentId, agent.Label, Short(agent.Label, LabelLength), live is not null, at, Thickness(live?.InRate + live?.OutRate),
                live is null ? "away" : Format.Rate(live.InRate + live.OutRate), lines, more, y));
            y += Row + Gap;
        }

        return new TopologyView(shown, all.Count - shown.Count, all.Count, y);
    }

    /// <summary>1.5 at rest; 1.2 more for each tenfold above 1 kB/s, in steps so that it does not flicker.</summary>
    private static string Thickness(double? rate)
    {
        var width = 1.5 + (1.2 * Math.Max(0, Math.Log10(Math.Max(1, rate ?? 0)) - 3));
        return (Math.Round(width * 2) / 2).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
    }

    // By text elements: half a character must not be left.
    private static string Short(string text, int length)
    {
        var info = new System.Globalization.StringInfo(text);
        return info.LengthInTextElements <= length ? text : info.SubstringByTextElements(0, length - 1) + "…";
    }
}
