using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>All agents of the workspace: filtered, sorted and cut into pages by the hub.</summary>
public sealed class AgentsModel(AgentTable table) : ListPage(AgentTable.Shape)
{
    /// <summary>Viewers look.</summary>
    public bool MayEnrol => Who.Role >= Role.Member;

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var (workspace, query) = (Who.WorkspaceId, Query);
        return [new("agents", "/Pages/_AgentTable.cshtml", $"{workspace} {query.Key}", sample => table.Read(sample, workspace, query))];
    }
}
