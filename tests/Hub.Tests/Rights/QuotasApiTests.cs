using System.Net;
using System.Text.Json;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Rights;

/// <summary>Quotas over the API, that they hold, and that a freed port rests.</summary>
public abstract class QuotasApiTests(PostgresServer? server) : RightsSuite(server)
{
    [Fact]
    public async Task QuotasAreSetByTheOperatorAndReadByEveryKey()
    {
        var other = (await SendAsync("GET", "/v1/quota", Foreign)).Json.GetProperty("workspaceId").GetString()!;
        Assert.Equal("id-of-other", other);
        var set = await SendAsync("PUT", $"/v1/quotas/{Workspace}", Key, """{"agents":3,"ports":2,"bandwidth":1000000000}""");
        Assert.Equal(HttpStatusCode.OK, set.Status);
        Assert.Equal(set.Text, (await SendAsync("GET", "/v1/quota", Key)).Text);
        Assert.Equal(JsonValueKind.Null, set.Json.GetProperty("services").ValueKind);
        var all = new List<JsonElement>();
        for (var next = "/v1/quotas?limit=1"; next is not null;)
        {
            var page = (await SendAsync("GET", next, Key)).Json;
            all.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString() is { } cursor ? $"/v1/quotas?limit=1&cursor={cursor}" : null;
        }

        Assert.Equal(new[] { Workspace, other }.Order(StringComparer.Ordinal), all.Select(one => one.GetProperty("workspaceId").GetString()));
        Assert.Contains(all, one => one.GetRawText() == set.Text);
        AssertProblem(await SendAsync("GET", "/v1/quotas", Foreign), HttpStatusCode.NotFound, "not_found");
        var narrow = await Hub.NewKeyAsync(Workspace, Scopes.Agents, Scopes.Services);
        AssertProblem(await SendAsync("GET", "/v1/quotas", narrow), HttpStatusCode.Forbidden, "missing_scope");
        AssertProblem(await SendAsync("PUT", $"/v1/quotas/{Workspace}", narrow, "{}"), HttpStatusCode.Forbidden, "missing_scope");
        AssertProblem(await SendAsync("PUT", $"/v1/quotas/{Workspace}", Key, """{"agents":-1}"""), HttpStatusCode.BadRequest, "bad_quota");
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Equal(new WorkspaceQuota(3, null, 2, null, 1_000_000_000), restarted.Get<Quotas>().Of(Workspace));
    }

    [Fact]
    public async Task QuotaOfAgentsHoldsWhateverRaces()
    {
        await Hub.Get<Quotas>().SetAsync(Workspace, WorkspaceQuota.None with { Agents = 4 }, "test", "", Ended);
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(
            () => Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", Key, "", Ended))));
        Assert.Equal(3, results.Count(result => result.Agent is not null));
        var refused = results.First(result => result.Agent is null);
        Assert.Equal(EnrolFailure.Quota, refused.Failure);
        Assert.Contains("quota of 4 agents", refused.Text, StringComparison.Ordinal);
        var body = JsonSerializer.Serialize(new { publicKey = Convert.ToBase64String(TestKeys.NewSpki()), label = "box" });
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, body), HttpStatusCode.Forbidden, "quota");
        await Hub.Agents.RevokeAsync(Workspace, Agent.AgentId, "test", Ended);
        Assert.NotNull((await Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", Key, "", Ended)).Agent);
    }

    [Fact]
    public async Task FreedPortRestsForOtherWorkspacesOnlyAndAcrossARestart()
    {
        var other = await Hub.NewWorkspaceAsync("third");
        Assert.True(Hub.Services.IsPortOfAnotherWorkspace(23000, other));
        await Hub.Services.DeleteAsync(Workspace, "db", "test", Ended);
        Assert.True(Hub.Services.IsPortHeldByOther(23000, other, "db"));
        Assert.False(Hub.Services.IsPortHeldByOther(23000, Workspace, "web"));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var restarted = await TestHub.StartAsync(Engine, time);
        Assert.True(restarted.Services.IsPortHeldByOther(23000, other, "db"));
        time.Advance(ServiceDirectory.PortRest + TimeSpan.FromMinutes(1));
        Assert.False(restarted.Services.IsPortHeldByOther(23000, other, "db"));
    }
}

public sealed class QuotasApiTestsOnSqlite() : QuotasApiTests(null);

public sealed class QuotasApiTestsOnPostgres(PostgresServer server) : QuotasApiTests(server);
