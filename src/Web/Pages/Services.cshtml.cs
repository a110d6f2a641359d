using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>All services of the workspace: filtered, sorted and cut into pages by the hub.</summary>
public sealed class ServicesModel(ServiceTable table) : ListPage(ServiceTable.Shape)
{
    /// <summary>Viewers look.</summary>
    public bool MayAct => Who.Role >= Role.Member;

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var (workspace, query) = (Who.WorkspaceId, Query);
        return [new("services", "/Pages/_ServiceTable.cshtml", $"{workspace} {query.Key}", sample => table.Read(sample, workspace, query))];
    }
}
