using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>Tests against the API with an agent that exposes the service db, and a key of another workspace.</summary>
public abstract class RightsSuite(PostgresServer? server) : ApiSuite(server)
{
    protected AgentIdentity Agent { get; private set; } = null!;

    protected string Foreign { get; private set; } = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Agent = await Hub.NewAgentAsync(Workspace);
        await Hub.Services.RecordPublishedAsync(Workspace, "db", Agent.AgentId, "localhost:5432", 23000, Ended);
        Foreign = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("other"));
    }
}
