using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>All agents of the workspace: filtered, sorted and cut into pages by the hub.</summary>
public sealed class AgentsModel(AgentTable table, HubOptions options, CertificateHolder certificate) : ListPage(AgentTable.Shape)
{
    /// <summary>Viewers look.</summary>
    public bool MayEnrol => Who.Role >= Role.Member;

    /// <summary>What a new machine runs to be let in by a code.</summary>
    public string CodeCommand => Announcement.ConnectCommand(options, Announcement.Host(options), certificate.Current.Pin);

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var (workspace, query) = (Who.WorkspaceId, Query);
        return [new("agents", "/Pages/_AgentTable.cshtml", $"{workspace} {query.Key}", sample => table.Read(sample, workspace, query))];
    }
}
