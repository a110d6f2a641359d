using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>The picture: hub, agents, services, and what flows between them now.</summary>
public sealed class TopologyModel(Topology topology) : LivePage
{
    /// <summary>The page.</summary>
    public void OnGet()
    {
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var workspace = Who.WorkspaceId;
        return [new("picture", "/Pages/_Topology.cshtml", workspace, sample => topology.Read(sample, workspace))];
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct) => Task.CompletedTask;
}
