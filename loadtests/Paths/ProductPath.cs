namespace PrivateConnect.LoadTests.Paths;

/// <summary>
/// Our own tunnel as a user gets it: <c>./run.sh --no-build</c> and <c>./connect expose</c>, over TLS. For the
/// way by name a second agent reaches the service and is counted too.
/// </summary>
internal sealed class ProductPath : ITunnelPath
{
    private const string Service = "load";

    private readonly HubProcess _hub;
    private readonly AgentProcess _agent;
    private readonly AgentProcess? _reaching;

    private ProductPath(HubProcess hub, AgentProcess agent, AgentProcess? reaching, int port) =>
        (_hub, _agent, _reaching, Port) = (hub, agent, reaching, port);

    public string Name => _reaching is null ? "privateconnect" : "privateconnect reach";

    public int Port { get; }

    public static async Task<ProductPath> StartAsync(int targetPort, ScratchFolder scratch, string tag, bool reach)
    {
        var hub = new HubProcess(scratch.Folder($"{tag}-data"));
        AgentProcess? agent = null, reaching = null;
        try
        {
            await hub.StartAsync();
            (agent, var port) = await AgentProcess.ExposeAsync(hub, scratch.Folder($"{tag}-agent"), Service, targetPort);
            if (reach)
                (reaching, port) = await AgentProcess.ReachAsync(hub, scratch.Folder($"{tag}-reach"), Service);
            await PathProbe.WaitAsync(port, tag, hub.Process, agent.Process);
            return new ProductPath(hub, agent, reaching, port);
        }
        catch
        {
            if (reaching is not null) await reaching.DisposeAsync();
            if (agent is not null) await agent.DisposeAsync();
            await hub.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<PathPart> Parts()
    {
        List<PathPart> parts = [new("hub", [_hub.Id]), new("agent", [_agent.Id])];
        if (_reaching is not null) parts.Add(new PathPart("reaching agent", [_reaching.Id]));
        return parts;
    }

    public async ValueTask DisposeAsync()
    {
        if (_reaching is not null) await _reaching.DisposeAsync();
        await _agent.DisposeAsync();
        await _hub.DisposeAsync();
    }
}
