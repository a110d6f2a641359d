using System.Globalization;
using System.Text.Json;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>A <c>./connect</c> command with its own config folder, read by its JSON events.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private AgentProcess(ChildProcess process) => Process = process;

    public ChildProcess Process { get; }

    public int Id => Process.Id;

    /// <summary>Any <c>connect</c> command against this hub; the key, pin and address are the hub's unless given.</summary>
    public static AgentProcess Run(
        HubProcess hub, string configFolder, IEnumerable<string> arguments, string? key = null, string? pin = null,
        string? url = null, MemoryCgroup? cgroup = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["CONNECT_CONFIG"] = configFolder,
            ["PRIVATECONNECT_TOKEN"] = key ?? hub.Key,
        };
        string[] all = [.. arguments, "--hub", url ?? hub.Url, "--pin", pin ?? hub.Pin, "--json"];
        var (file, name) = (Path.Combine(RepositoryRoot.Path, "connect"), $"connect {all[0]}");
        if (cgroup is not null)
        {
            all = ["-c", $"echo $$ > '{cgroup.Entrance}' && exec \"$0\" \"$@\"", file, .. all];
            file = "/bin/sh";
        }

        return new AgentProcess(ChildProcess.Start(name, file, all, environment, RepositoryRoot.Path));
    }

    /// <summary>Exposes a local port under a name and waits until the hub listens; the tunnel port is the answer.</summary>
    public static async Task<(AgentProcess Agent, int Port)> ExposeAsync(
        HubProcess hub, string configFolder, string name, int targetPort)
    {
        var agent = Run(hub, configFolder, ["expose", $"127.0.0.1:{targetPort}", "--name", name]);
        return (agent, await agent.PortFromEventAsync("exposed"));
    }

    /// <summary>Reaches a service by name and waits for the local port.</summary>
    public static async Task<(AgentProcess Agent, int Port)> ReachAsync(HubProcess hub, string configFolder, string name)
    {
        var port = FreePorts.One();
        var agent = Run(
            hub, configFolder, ["reach", name, "--port", port.ToString(CultureInfo.InvariantCulture)]);
        return (agent, await agent.PortFromEventAsync("listening"));
    }

    public async Task<int> PortFromEventAsync(string kind)
    {
        try
        {
            var said = await EventAsync(kind);
            return said.GetProperty("port").GetInt32();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>The next event of this kind at or after a line number of the output.</summary>
    public async Task<JsonElement> EventAsync(string kind, int from = 0)
    {
        var start = $"{{\"event\":\"{kind}\"";
        var line = await Process.WaitForLineAsync(
            text => text.StartsWith(start, StringComparison.Ordinal), $"the event \"{kind}\"", from);
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
