using System.Diagnostics;
using System.Net;
using Npgsql;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Outages;

/// <summary>
/// A PostgreSQL of the test's own that hangs, is slow, dies, comes back or takes no writes. What needs it is refused soon
/// and with a word; what is in memory goes on; what was acknowledged is there afterwards.
/// </summary>
public sealed class PostgresAwayTests : IAsyncLifetime
{
    // The hub's own limit is two seconds. A machine that is busy with other tests may be late; without the limit none of
    // the answers below would come at all.
    private static readonly TimeSpan AnswerCap = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(10);

    // A commit that was answered has left the server's memory, so that killing it loses nothing.
    private readonly PostgresServer _server = new("synchronous_commit=on");
    private SlowProxy _proxy = null!;
    private string _database = "";
    private TestHub _hub = null!;
    private HttpClient _client = null!;
    private string _key = "";
    private string _workspace = "";

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // As the program does it: see HubProgram.
        ThreadPool.SetMinThreads(64, 64);
        await _server.InitializeAsync();
        _database = await _server.NewDatabaseAsync();
        _proxy = new SlowProxy(_server.Port);
        var engine = TestEngine.Of($"postgresql://tester:secret@127.0.0.1:{_proxy.Port}/{_database}");
        _hub = await TestHub.StartAsync(engine, DatabaseLimits.Default);
        _client = await _hub.ListenAsync();
        _workspace = await _hub.DefaultWorkspaceAsync();
        _key = await _hub.NewKeyAsync(_workspace);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ServerThatHangsIsRefusedSoonAndAllIsWholeAfterwards()
    {
        var known = TestKeys.NewSpki();
        Assert.Equal(HttpStatusCode.Created, await EnrolAsync(known));
        await _server.SignalAsync("STOP");
        await EverythingIsRefusedAsync(known);
        await _server.SignalAsync("CONT");
        await EverythingWorksAsync();
    }

    [Fact]
    public async Task ServerThatIsSlowIsRefusedSoonAndAllIsWholeAfterwards()
    {
        var known = TestKeys.NewSpki();
        Assert.Equal(HttpStatusCode.Created, await EnrolAsync(known));
        _proxy.SetDelay(Endless);
        await EverythingIsRefusedAsync(known);
        _proxy.SetDelay(TimeSpan.Zero);
        await EverythingWorksAsync();
    }

    [Fact]
    public async Task ServerThatIsKilledLosesNothingAcknowledged()
    {
        // Enrolments go on while the server dies; each key pair whose enrolment was answered must be there.
        var acknowledged = new List<byte[]>();
        var enrolling = EnrolUntilRefusedAsync(acknowledged);
        await Until.TrueAsync(() => { lock (acknowledged) return Task.FromResult(acknowledged.Count >= 20); }, "enrolments");
        await _server.KillAsync();
        await enrolling;
        await EverythingIsRefusedAsync(acknowledged[0]);
        await _server.StartAsync();
        await EverythingWorksAsync();
        await using var restarted = await TestHub.StartAsync(
            TestEngine.Of($"postgresql://tester:secret@127.0.0.1:{_server.Port}/{_database}"));
        Assert.All(acknowledged, spki => Assert.NotNull(restarted.Agents.Find(spki)));
        Assert.Null((await AuditVerification.RunAsync(restarted.Database, _workspace, Ended)).Broken);
    }

    [Fact]
    public async Task ServerThatTakesNoWritesIsReadOnly()
    {
        var known = TestKeys.NewSpki();
        Assert.Equal(HttpStatusCode.Created, await EnrolAsync(known));
        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {_database} SET default_transaction_read_only = on");
        await EndConnectionsAsync();
        await Until.TrueAsync(async () => await GetAsync() == HttpStatusCode.OK, "a read over a new connection");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await EnrolAsync(TestKeys.NewSpki()));
        Assert.NotNull(_hub.Agents.Find(known));
        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {_database} RESET default_transaction_read_only");
        await EndConnectionsAsync();
        await EverythingWorksAsync();
    }

    [Fact]
    public async Task EveryConnectionTakenIsAnOutageForRequestsAlone()
    {
        var known = TestKeys.NewSpki();
        Assert.Equal(HttpStatusCode.Created, await EnrolAsync(known));
        await using (var holder = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={_server.Port};Username=tester;Database={_database};Pooling=false"))
        {
            await holder.OpenAsync(Ended);
            await using var transaction = await holder.BeginTransactionAsync(Ended);
            await using var hold = new NpgsqlCommand("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE", holder, transaction);
            await hold.ExecuteNonQueryAsync(Ended);
            // Three times what the pool holds.
            var answers = Task.WhenAll(Enumerable.Range(0, 60).Select(_ => GetAsync()));
            while (!answers.IsCompleted)
            {
                var asked = Stopwatch.StartNew();
                using var health = await _client.GetAsync("/health", Ended);
                Assert.Equal(HttpStatusCode.OK, health.StatusCode);
                Assert.NotNull(_hub.Agents.Find(known));
                Assert.True(asked.Elapsed < AnswerCap);
                await Task.Delay(20, Ended);
            }

            Assert.All(await answers, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        }

        await EverythingWorksAsync();
    }

    private async Task EnrolUntilRefusedAsync(List<byte[]> acknowledged)
    {
        while (true)
        {
            var spki = TestKeys.NewSpki();
            if (await EnrolAsync(spki) != HttpStatusCode.Created) return;
            lock (acknowledged) acknowledged.Add(spki);
        }
    }

    /// <summary>Reads and writes answer 503 soon; what is known is known; what is published waits in memory.</summary>
    private async Task EverythingIsRefusedAsync(byte[] known)
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync());
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await EnrolAsync(TestKeys.NewSpki()));
        }

        using var health = await _client.GetAsync("/health", Ended);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        var agent = _hub.Agents.Find(known)!;
        Assert.False(agent.Revoked);
        _ = _hub.Services.RecordPublishedAsync(_workspace, "db", agent.AgentId, "localhost:1", 23000, Ended);
        Assert.Equal(23000, _hub.Services.LeasedPort(_workspace, "db"));
    }

    private async Task EverythingWorksAsync()
    {
        await Until.TrueAsync(async () => await GetAsync() == HttpStatusCode.OK, "an answer from the database");
        Assert.Equal(HttpStatusCode.Created, await EnrolAsync(TestKeys.NewSpki()));
        Assert.Null((await AuditVerification.RunAsync(_hub.Database, _workspace, Ended)).Broken);
        if (_hub.Services.LeasedPort(_workspace, "db") is null) return;
        await Until.TrueAsync(
            async () =>
            {
                await using var db = _hub.Database.Connect();
                return (await db.AllServicesAsync(Ended)).Exists(service => service is { Name: "db", Port: 23000 });
            },
            "the service that was published meanwhile");
    }

    private Task EndConnectionsAsync() => _server.ExecuteAsync("postgres",
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_database}'");

    private Task<HttpStatusCode> GetAsync() => SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/agents"));

    private Task<HttpStatusCode> EnrolAsync(byte[] spki) => SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/enrolments")
    {
        Content = new StringContent(
            $$"""{"publicKey":"{{Convert.ToBase64String(spki)}}","label":"box"}""", System.Text.Encoding.UTF8, "application/json"),
    });

    private async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_key}");
            var asked = Stopwatch.StartNew();
            using var answer = await _client.SendAsync(request, Ended);
            Assert.True(asked.Elapsed < AnswerCap, $"answered after {asked.Elapsed}");
            var text = await answer.Content.ReadAsStringAsync(Ended);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                Assert.Contains("\"code\":\"database\"", text, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{request.Method} {request.RequestUri} {(int)answer.StatusCode} after {asked.Elapsed.TotalMilliseconds:0} ms");
            return answer.StatusCode;
        }
    }
}
