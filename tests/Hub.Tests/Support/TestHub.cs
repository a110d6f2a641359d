using System.Net;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.People;
using Xunit;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>The control layer on a database, as the hub wires it, listening only when asked.</summary>
public sealed class TestHub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHub(Database database, string folder, TimeProvider time, int? quota, IMailTransport? mail)
    {
        Database = database;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        if (quota is { } calls)
        {
            builder.Services.AddSingleton(
                new RateLimitRules(new RateLimit("key", calls, 1), new RateLimit("source", calls * 10, 1)));
        }

        builder.Services.AddRoutingCore().AddSingleton(database).AddSingleton(time).AddHubControl()
            .AddSingleton(new DevicePage("http://hub.test")).AddSingleton(UserCodeKey.LoadOrMake(folder));
        // Tunnel ports away from those of a hub that may run here.
        builder.Services.AddSingleton(new HubOptions { FirstTunnelPort = 21_800, LastTunnelPort = 21_999 }).AddSingleton<HubRelay>();
        if (mail is not null) builder.Services.AddSingleton(mail);
        _app = builder.Build();
        // As the hub does it: the API on its own listener only.
        _app.MapHubApi().RequireHost("127.0.0.1:*");
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

    public AuditLog Audit => Get<AuditLog>();

    public LiveView Live => Get<LiveView>();

    /// <summary>Limits for a machine that is busy with other tests: only tests of outages want the hub's own.</summary>
    internal static DatabaseLimits Patient { get; } = new(
        TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));

    public static Task<TestHub> StartAsync(
        TestEngine engine, TimeProvider? time = null, string? bootstrap = null, int? quota = null,
        IMailTransport? mail = null) =>
        StartAsync(engine, Patient, time, bootstrap, quota, mail);

    internal static async Task<TestHub> StartAsync(
        TestEngine engine, DatabaseLimits limits, TimeProvider? time = null, string? bootstrap = null, int? quota = null,
        IMailTransport? mail = null)
    {
        await engine.CreateAsync();
        var database = await Database.OpenAsync(engine.Url, engine.Folder, time ?? TimeProvider.System, limits, Ended);
        var hub = new TestHub(database, engine.Folder, time ?? TimeProvider.System, quota, mail);
        hub.Start = await hub._app.Services.StartHubControlAsync(bootstrap, Ended);
        return hub;
    }

    /// <summary>Serves the API on a port of the system's choice.</summary>
    public async Task<HttpClient> ListenAsync()
    {
        await _app.StartAsync(Ended);
        return new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<string> DefaultWorkspaceAsync()
    {
        await using var db = Database.Connect();
        return (await db.FindWorkspaceAsync("default", Ended))!.Id;
    }

    public async Task<string> NewWorkspaceAsync(string name)
    {
        var row = new WorkspaceRow
        {
            Id = $"id-of-{name}",
            Slug = name,
            Name = name,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
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

    /// <summary>A person of a workspace, with what the person may ask for there.</summary>
    public async Task<Requester> NewMemberAsync(string workspaceId, Role role, string? email = null)
    {
        var now = Database.Time.GetUtcNow();
        var user = new UserRow
        {
            Id = Ids.New(Database.Time),
            Email = email ?? $"{role.Word()}-{Guid.NewGuid():N}@example.org",
            CreatedAt = now,
            VerifiedAt = now,
        };
        await using var db = Database.Connect();
        await db.InsertAsync(user, token: Ended);
        await db.InsertAsync(
            new MemberRow { WorkspaceId = workspaceId, UserId = user.Id, Role = role, CreatedAt = now }, token: Ended);
        return new Requester(workspaceId, role, user.Id, $"user {user.Id}", "127.0.0.1");
    }

    public async Task<int> CountAuditAsync(string act)
    {
        await using var db = Database.Connect();
        return await db.AuditEvents.CountAsync(line => line.Act == act, Ended);
    }

    /// <summary>The first owner, logged in.</summary>
    public async Task<SessionIdentity> OwnerAsync()
    {
        var link = (await Links.CreateSetupAsync(Ended))!;
        var user = (await Links.RedeemAsync(link, "owner@example.org", Ended)).UserId!;
        return (await Sessions.FindAsync(await Sessions.CreateAsync(user, "127.0.0.1", "", Ended), Ended))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var db = Database.Connect();
        await db.ExecuteAsync(sql, Ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Database.DisposeAsync();
    }
}
