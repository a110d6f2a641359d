using System.Net;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

/// <summary>What only a database that is a server can do to a hub.</summary>
public sealed class PostgresOutageTests(PostgresServer server) : ApiSuite(server)
{
    private readonly PostgresServer _server = server;

    [Fact]
    public async Task ConnectionsThatTheServerEndsAreReplaced()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync("GET", "/v1/agents", Key)));
        var database = Engine.Url[(Engine.Url.LastIndexOf('/') + 1)..];
        await _server.ExecuteAsync("postgres",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        var refused = 0;
        await Until.TrueAsync(
            async () =>
            {
                var answer = await SendAsync("GET", "/v1/agents", Key);
                if (answer.Status == HttpStatusCode.OK) return true;
                AssertProblem(answer, HttpStatusCode.ServiceUnavailable, "database");
                refused++;
                return false;
            },
            "an answer from a new connection");
        Assert.InRange(refused, 0, 8);
    }

    [Fact]
    public async Task DatabaseThatTakesNoConnectionsCostsNothingThatIsInMemory()
    {
        var spki = TestKeys.NewSpki();
        var agent = await Hub.Agents.EnrolAsync(spki, "box", Key, "127.0.0.1", Ended);
        var database = Engine.Url[(Engine.Url.LastIndexOf('/') + 1)..];
        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {database} ALLOW_CONNECTIONS false");
        await _server.ExecuteAsync("postgres",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        AssertProblem(await SendAsync("GET", "/v1/agents", Key), HttpStatusCode.ServiceUnavailable, "database");
        // What the data path asks is answered from memory; what it tells is kept until the database is back.
        Assert.Equal(agent.Agent, Hub.Agents.Find(spki));
        await Hub.Services.RecordPublishedAsync(Workspace, "db", agent.Agent!.AgentId, "localhost:1", 23000, Ended);
        Assert.Equal(23000, Hub.Services.LeasedPort(Workspace, "db"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/health", null)).Status);

        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {database} ALLOW_CONNECTIONS true");
        await Until.TrueAsync(
            async () =>
            {
                await using var restarted = await TestHub.StartAsync(Engine);
                return restarted.Services.LeasedPort(Workspace, "db") == 23000;
            },
            "the service in the database");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v1/agents", Key)).Status);
    }
}
