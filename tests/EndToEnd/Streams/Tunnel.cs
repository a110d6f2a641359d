namespace PrivateConnect.EndToEnd.Streams;

/// <summary>One hub and the agents around it, each command with its own config folder.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly Dictionary<string, AgentProcess> _agents = [];
    private readonly Dictionary<string, int> _ports = [];

    public HubProcess Hub { get; private set; } = null!;

    public AgentProcess this[string name] => _agents[name];

    public ScratchFolder Scratch => _scratch;

    public async Task StartHubAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        await BuiltProduct.EnsureAsync();
        Hub = new HubProcess(_scratch.Folder("data"), environment);
        await Hub.StartAsync();
    }

    /// <summary>Exposes a target under a name; the answer is the tunnel port.</summary>
    public async Task<int> ExposeAsync(string name, int targetPort)
    {
        (_agents[$"expose {name}"], var port) =
            await AgentProcess.ExposeAsync(Hub, _scratch.Folder($"expose-{name}"), name, targetPort);
        return port;
    }

    /// <summary>The tunnel port of a service that stays exposed from the first question on.</summary>
    public async Task<int> ExposedPortAsync(string name, int targetPort)
    {
        if (!_ports.TryGetValue(name, out var port)) _ports[name] = port = await ExposeAsync(name, targetPort);
        return port;
    }

    public async Task<int> ReachAsync(string name)
    {
        (_agents[$"reach {name}"], var port) =
            await AgentProcess.ReachAsync(Hub, _scratch.Folder($"reach-{name}"), name);
        return port;
    }

    /// <summary>Any other command, kept to be ended with the rest.</summary>
    public AgentProcess Run(string folder, string[] arguments, string? key = null, string? pin = null, string? url = null,
        MemoryCgroup? cgroup = null)
    {
        var agent = AgentProcess.Run(Hub, _scratch.Folder(folder), arguments, key, pin, url, cgroup: cgroup);
        _agents[$"{folder} {_agents.Count}"] = agent;
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents.Values) await agent.DisposeAsync();
        if (Hub is not null) await Hub.DisposeAsync();
        _scratch.Dispose();
    }
}
