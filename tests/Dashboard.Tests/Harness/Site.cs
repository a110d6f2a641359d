using System.Globalization;
using System.Text;
using System.Text.Json;
using PrivateConnect.EndToEnd.Streams;

// One hub, one browser, two cores: tests run one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(PrivateConnect.Dashboard.Tests.Harness.Site))]

namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>
/// One real hub for the run, with agents that expose and reach, traffic at a steady rate, something that went wrong, and people
/// of two roles. Tests that change what others look at start a hub of their own.
/// </summary>
public sealed class Site : IAsyncLifetime
{
    private readonly FloodTarget _database = new();
    private readonly EchoTarget _shop = new((byte)'S');
    private readonly CancellationTokenSource _over = new();
    private readonly List<Peer> _visitors = [];
    private readonly Dictionary<string, int> _ports = [];
    private Task _reading = Task.CompletedTask;

    internal Tunnel Tunnel { get; } = new();

    internal HubProcess Hub => Tunnel.Hub;

    internal Chromium Browser { get; private set; } = null!;

    internal string Origin => $"http://localhost:{Hub.WebPort}";

    /// <summary>Cookies of the owner's browser.</summary>
    internal string Owner { get; private set; } = "";

    /// <summary>Cookies of somebody who only looks.</summary>
    internal string Viewer { get; private set; } = "";

    /// <summary>The agent that exposes the database.</summary>
    internal string AgentId { get; private set; } = "";

    /// <summary>The hub's first workspace.</summary>
    internal string WorkspaceId { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Browser = await Chromium.StartAsync();
        await Tunnel.StartHubAsync();
        await using (var page = await OpenAsync())
        {
            await People.SetUpAsync(page, Hub);
            Owner = await page.StateAsync();
            Viewer = await People.JoinAsync(this, page, "vera@example.org", "viewer");
        }

        await ExposeAsync("warehouse", "prod-db", _database.Port, "--limit", "6M");
        await ExposeAsync("shop-1", "shop-api", _shop.Port);
        // Nothing listens there: the page has something to say.
        await ExposeAsync("shop-1", "old-cache", FreePorts.One());
        var reach = Run("laptop", "reach", "prod-db", "--port", Text(FreePorts.One()));
        await VisitAsync(await reach.PortFromEventAsync("listening"));
        await VisitAsync(_ports["prod-db"]);
        await VisitAsync(_ports["shop-api"]);
        await Peer.ConnectAndReadToEndAsync(_ports["old-cache"]);
        using var exposed = JsonDocument.Parse(await CallAsync(Hub, "GET", "/v1/services/prod-db"));
        AgentId = exposed.RootElement.GetProperty("agentId").GetString()!;
        using var quota = JsonDocument.Parse(await CallAsync(Hub, "GET", "/v1/quota"));
        WorkspaceId = quota.RootElement.GetProperty("workspaceId").GetString()!;
        // Pages of diagnoses have something to show.
        await CallAsync(Hub, "POST", "/v1/services/prod-db/diagnoses", """{"from":["hub"]}""");
        _reading = Task.WhenAll(_visitors.Select(visitor => visitor.DiscardAsync(_over.Token)));
    }

    internal Task<WatchedPage> OpenAsync(string? state = null, bool script = true) => Browser.OpenAsync(Origin, state, script);

    /// <summary>A command of the agent that this folder is.</summary>
    internal AgentProcess Run(string folder, params string[] arguments) => Tunnel.Run(folder, [.. arguments, "--label", folder]);

    /// <summary>A call of the API with the hub's first key.</summary>
    internal static async Task<string> CallAsync(HubProcess hub, string method, string path, string? body = null)
    {
        using var http = new HttpClient { Timeout = Until.Cap };
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{hub.Port}{path}");
        request.Headers.Add("x-api-key", hub.Key);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {text}");
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _reading;
        foreach (var visitor in _visitors) visitor.Dispose();
        await Tunnel.DisposeAsync();
        if (Browser is not null) await Browser.DisposeAsync();
        await _database.DisposeAsync();
        await _shop.DisposeAsync();
        _over.Dispose();
    }

    private async Task ExposeAsync(string folder, string name, int target, params string[] more) =>
        _ports[name] = await Run(folder, ["expose", $"127.0.0.1:{Text(target)}", "--name", name, .. more]).PortFromEventAsync("exposed");

    private async Task VisitAsync(int port) => _visitors.Add(await Peer.ConnectAsync(port));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
