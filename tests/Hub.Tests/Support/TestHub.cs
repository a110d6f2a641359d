using LinqToDB;
using LinqToDB.Data;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using Xunit;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>The control layer on a database, as the hub wires it, without anything that listens.</summary>
public sealed class TestHub : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestHub(Database database, TimeProvider time)
    {
        Database = database;
        _services = new ServiceCollection()
            .AddLogging().AddSingleton(database).AddSingleton(time).AddHubControl().BuildServiceProvider();
    }

    public static CancellationToken Ended => TestContext.Current.CancellationToken;

    public Database Database { get; }

    public HubControlStart Start { get; private set; } = new(null, null);

    public AgentDirectory Agents => Get<AgentDirectory>();

    public ServiceDirectory Services => Get<ServiceDirectory>();

    public ApiKeys Keys => Get<ApiKeys>();

    public EnrolmentTokens Tokens => Get<EnrolmentTokens>();

    public LoginLinks Links => Get<LoginLinks>();

    public AuthSessions Sessions => Get<AuthSessions>();

    public LiveView Live => Get<LiveView>();

    public static async Task<TestHub> StartAsync(TestEngine engine, TimeProvider? time = null, string? bootstrap = null)
    {
        await engine.CreateAsync();
        var database = await Database.OpenAsync(engine.Url, engine.Folder, time ?? TimeProvider.System, Ended);
        var hub = new TestHub(database, time ?? TimeProvider.System);
        hub.Start = await hub._services.StartHubControlAsync(bootstrap, Ended);
        return hub;
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public async Task<string> DefaultWorkspaceAsync()
    {
        await using var db = Database.Connect();
        return (await db.FindWorkspaceAsync("default", Ended))!.Id;
    }

    public async Task<string> NewWorkspaceAsync(string name)
    {
        var row = new WorkspaceRow { Id = Guid.CreateVersion7().ToString(), Name = name, CreatedAt = DateTimeOffset.UnixEpoch };
        await using var db = Database.Connect();
        await db.InsertAsync(row, token: Ended);
        return row.Id;
    }

    public async Task<string> NewKeyAsync(string workspaceId, params string[] scopes) =>
        await Keys.CreateAsync(workspaceId, "test", scopes.Length == 0 ? Scopes.All : scopes, null, Ended);

    public async Task<AgentIdentity> NewAgentAsync(string workspaceId, string label = "machine")
    {
        var secret = await NewKeyAsync(workspaceId);
        var result = await Agents.EnrolAsync(TestKeys.NewSpki(), label, secret, "127.0.0.1", Ended);
        return result.Agent ?? throw new InvalidOperationException(result.Text);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var db = Database.Connect();
        await db.ExecuteAsync(sql, Ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }
}
