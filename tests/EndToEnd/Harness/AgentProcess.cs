using System.Globalization;
using System.Text.Json;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>A <c>./connect</c> command with its own config folder, read by its JSON events.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private AgentProcess(ChildProcess process) => Process = process;

    public ChildProcess Process { get; }

    public int Id => Process.Id;

    /// <summary>
    /// Any <c>connect</c> command against this hub; the key, pin and address are the hub's unless given.
    /// <paramref name="through"/> is put before it, as for another network namespace.
    /// </summary>
    public static AgentProcess Run(
        HubProcess hub, string configFolder, IEnumerable<string> arguments, string? key = null, string? pin = null,
        string? url = null, IReadOnlyList<string>? through = null, MemoryCgroup? cgroup = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["CONNECT_CONFIG"] = configFolder,
            ["PRIVATECONNECT_TOKEN"] = key ?? hub.Key,
        };
        string[] all = [.. arguments, "--hub", url ?? hub.Url, "--pin", pin ?? hub.Pin, "--json"];
        string[] command = [.. through ?? [], Path.Combine(RepositoryRoot.Path, "connect"), .. all];
        if (cgroup is not null)
            command = ["/bin/sh", "-c", $"echo $$ > '{cgroup.Entrance}' && exec \"$0\" \"$@\"", .. command];
        return new AgentProcess(ChildProcess.Start(
            $"connect {all[0]}", command[0], command[1..], environment, RepositoryRoot.Path));
    }

    /// <summary>Exposes a local port under a name and waits until the hub listens; the tunnel port is the answer.</summary>
    public static async Task<(AgentProcess Agent, int Port)> ExposeAsync(
        HubProcess hub, string configFolder, string name, int targetPort, string? url = null,
        IReadOnlyList<string>? through = null)
    {
        var agent = Run(hub, configFolder, ["expose", $"127.0.0.1:{targetPort}", "--name", name], url: url, through: through);
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
