using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Testing;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>The whole hub on a clock of the test's, agents over the real protocol, and a target that echoes.</summary>
internal sealed class RightsFixture : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TaskCompletionSource _stop = new();
    private readonly StringWriter _terminal = new();
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly List<IAsyncDisposable> _agents = [];
    private readonly Dictionary<string, ECDsa> _keys = [];
    private DataFolder _data = null!;
    private Database _database = null!;
    private Task _running = null!;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public WebApplication App { get; private set; } = null!;

    public string Workspace { get; private set; } = "";

    public string Key { get; private set; } = "";

    public int EchoPort => ((IPEndPoint)_echo.LocalEndpoint).Port;

    public int ApiPort => App.Services.GetRequiredService<FrontDoor>().Api.Port;

    public ServicePolicy Policy => Get<ServicePolicy>();

    public HubRelay Relay => Get<HubRelay>();

    public static async Task<RightsFixture> StartAsync(
        Func<HubOptions, HubOptions>? change = null, Action<ILoggingBuilder>? log = null)
    {
        var fixture = new RightsFixture();
        fixture._data = DataFolder.Open(fixture._folder.Path);
        fixture._database = await Database.OpenAsync(null, fixture._folder.Path, fixture.Time, CancellationToken.None);
        var first = FreePorts.Range(20);
        var options = new HubOptions
        {
            Port = 0,
            WebPort = 0,
            DataDir = fixture._folder.Path,
            FirstTunnelPort = first,
            LastTunnelPort = first + 19,
        };
        fixture.App = HubProgram.Build(change?.Invoke(options) ?? options, fixture._database, services =>
        {
            services.AddLogging(l =>
            {
                l.ClearProviders();
                log?.Invoke(l);
            });
            services.AddSingleton<TimeProvider>(fixture.Time);
        });
        fixture._running = fixture.App.RunHubAsync(fixture._data, fixture._terminal, fixture._stop.Task);
        await Door.Wait.UntilAsync(() =>
            fixture._running.IsCompleted || fixture._terminal.ToString().Contains("--pin", StringComparison.Ordinal));
        if (fixture._running.IsCompleted)
            await fixture._running;
        await using var db = fixture._database.Connect();
        fixture.Workspace = (await db.FindWorkspaceAsync("default", CancellationToken.None))!.Id;
        fixture.Key = await fixture.Get<ApiKeys>().CreateAsync(fixture.Workspace, "test", Scopes.All, null, CancellationToken.None);
        fixture._echo.Start();
        _ = fixture.EchoAsync();
        return fixture;
    }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Enrols a new agent and connects it.</summary>
    public async Task<(TestAgent Agent, AgentIdentity Identity)> AgentAsync(string label, bool takesShares = false)
    {
        var key = _keys[label] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var enrolled = await Get<AgentDirectory>().EnrolAsync(
            key.ExportSubjectPublicKeyInfo(), label, Key, "127.0.0.1", CancellationToken.None);
        return (await ConnectAsync(label, takesShares: takesShares), enrolled.Agent!);
    }

    /// <summary>Connects an enrolled agent (again), from a place.</summary>
    public async Task<TestAgent> ConnectAsync(string label, long place = 0, bool takesShares = false)
    {
        var agent = await TestAgent.ConnectAsync(ApiPort, _keys[label], place, takesShares: takesShares);
        _agents.Add(agent);
        return agent;
    }

    /// <summary>Sends a word and waits for its echo: the stream lives.</summary>
    public static async Task EchoAsync(Socket client)
    {
        await client.SendAsync("word"u8.ToArray());
        var back = new byte[4];
        for (var have = 0; have < back.Length;)
        {
            var got = await client.ReceiveAsync(back.AsMemory(have), SocketFlags.None).AsTask().WaitAsync(Door.Wait.Cap);
            if (got == 0)
                throw new IOException("ended");
            have += got;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
            await agent.DisposeAsync();
        _echo.Dispose();
        _stop.SetResult();
        // The drain looks at the clock of the test.
        while (!_running.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(_running, Task.Delay(10));
        }

        await _running;
        await App.DisposeAsync();
        await _database.DisposeAsync();
        _data.Dispose();
        foreach (var key in _keys.Values)
            key.Dispose();
        _folder.Dispose();
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                var client = await _echo.AcceptSocketAsync();
                _ = Task.Run(async () =>
                {
                    using (client)
                    {
                        try
                        {
                            var buffer = new byte[16 * 1024];
                            while (await client.ReceiveAsync(buffer.AsMemory()) is var got and > 0)
                                await client.SendAsync(buffer.AsMemory(0, got));
                        }
                        catch (SocketException)
                        {
                            // Reset, as it should be.
                        }
                    }
                });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
