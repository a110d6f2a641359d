using System.Net;
using System.Text.Json;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Rights;

/// <summary>Rules and grants of a service over the API.</summary>
public abstract class RightsApiTests(PostgresServer? server) : RightsSuite(server)
{
    [Fact]
    public async Task ServiceIsChangedAndKeepsItAcrossARestart()
    {
        var before = (await SendAsync("GET", "/v1/services/db", Key)).Json;
        Assert.Equal(("everyone", "agent", JsonValueKind.Null),
            (before.GetProperty("reach").GetString(), before.GetProperty("publish").GetString(), before.GetProperty("allow").ValueKind));
        var changed = await SendAsync(
            "PATCH", "/v1/services/db", Key, """{"reach":"chosen","publish":"network","allow":["10.0.0.0/8","192.0.2.7"]}""");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(["10.0.0.0/8", "192.0.2.7/32"], changed.Json.GetProperty("allow").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal("chosen", (await SendAsync("PATCH", "/v1/services/db", Key, "{}")).Json.GetProperty("reach").GetString());
        await using var restarted = await TestHub.StartAsync(Engine);
        var rule = restarted.Get<ServicePolicy>().Current.RuleOf(Workspace, "db");
        Assert.Equal((false, PublishMode.Network), (rule.IsForEveryone, rule.Publish));
        Assert.Equal(["10.0.0.0/8", "192.0.2.7/32"], rule.Allow!.Networks);
        var back = await SendAsync("PATCH", "/v1/services/db", Key, """{"publish":"agent"}""");
        Assert.Equal(("agent", JsonValueKind.Null),
            (back.Json.GetProperty("publish").GetString(), back.Json.GetProperty("allow").ValueKind));
    }

    [Fact]
    public async Task ShareIsSetReadBackAuditedAndKeptAcrossARestart()
    {
        var before = await SendAsync("GET", "/v1/services/db", Key);
        Assert.All(before.Json.GetProperty("share").EnumerateObject(), value => Assert.Equal(JsonValueKind.Null, value.Value.ValueKind));
        const string body = """{"share":{"weight":20,"limitBitsPerSecond":50000000,"floorBitsPerSecond":0}}""";
        var set = await SendAsync("PATCH", "/v1/services/db", Key, body, ("If-Match", before.Headers["ETag"]));
        Assert.Equal(HttpStatusCode.OK, set.Status);
        var share = set.Json.GetProperty("share");
        Assert.Equal((20, 50_000_000L, 0L), (share.GetProperty("weight").GetInt32(),
            share.GetProperty("limitBitsPerSecond").GetInt64(), share.GetProperty("floorBitsPerSecond").GetInt64()));
        AssertProblem(
            await SendAsync("PATCH", "/v1/services/db", Key, """{"share":{}}""", ("If-Match", before.Headers["ETag"])),
            HttpStatusCode.PreconditionFailed, "changed");
        AssertProblem(await SendAsync("PATCH", "/v1/services/db", Foreign, """{"share":{}}"""), HttpStatusCode.NotFound, "not_found");

        // What is left out of the change stays; the rule is the hub's and outlives it.
        await SendAsync("PATCH", "/v1/services/db", Key, """{"paused":true}""");
        await using (var restarted = await TestHub.StartAsync(Engine))
            Assert.Equal(new ShareRule(20, 50_000_000, 0), restarted.Get<ServicePolicy>().Current.RuleOf(Workspace, "db").Share);
        await using (var db = Hub.Database.Connect())
        {
            var line = db.AuditEvents.Where(row => row.Act == "service.rights").OrderBy(row => row.Sequence).Select(row => row.Outcome).First();
            Assert.EndsWith("weight 20, limit 50M, floor none", line, StringComparison.Ordinal);
        }

        // The share is taken whole.
        await SendAsync("PATCH", "/v1/services/db", Key, """{"share":{"floorBitsPerSecond":64000}}""");
        Assert.Equal(new ShareRule(null, null, 64_000), Hub.Get<ServicePolicy>().Current.RuleOf(Workspace, "db").Share);
        await SendAsync("PATCH", "/v1/services/db", Key, """{"share":{}}""");
        Assert.Equal(ShareRule.None, Hub.Get<ServicePolicy>().Current.RuleOf(Workspace, "db").Share);
    }

    [Theory]
    [InlineData("""{"reach":"nobody"}""", "bad_reach")]
    [InlineData("""{"publish":"world"}""", "bad_publish")]
    [InlineData("""{"allow":["10.0.0.1/8"]}""", "bad_allow")]
    [InlineData("""{"publish":"agent","allow":[]}""", "bad_allow")]
    [InlineData("""{"workspaceId":"x"}""", "bad_body")]
    [InlineData("""{"port":22}""", "bad_body")]
    [InlineData("""{"share":{"weight":0}}""", "bad_share")]
    [InlineData("""{"share":{"weight":101}}""", "bad_share")]
    [InlineData("""{"share":{"limitBitsPerSecond":-1}}""", "bad_share")]
    [InlineData("""{"share":{"limitBitsPerSecond":63999}}""", "bad_share")]
    [InlineData("""{"share":{"floorBitsPerSecond":1000000000001}}""", "bad_share")]
    [InlineData("""{"share":{"limitBitsPerSecond":64000,"floorBitsPerSecond":64001}}""", "bad_share")]
    [InlineData("""{"share":{"weight":"20"}}""", "bad_body")]
    [InlineData("""{"share":{"limit":"50M"}}""", "bad_body")]
    [InlineData("""{"share":{"weight":99999999999}}""", "bad_body")]
    [InlineData("""{"agentId":"x"}""", "bad_body")]
    public async Task WrongChangesAreRefusedAndChangeNothing(string body, string code)
    {
        AssertProblem(await SendAsync("PATCH", "/v1/services/db", Key, body), HttpStatusCode.BadRequest, code);
        Assert.Equal("0", Hub.Get<ServicePolicy>().Current.RuleOf(Workspace, "db").Version);
    }

    [Fact]
    public async Task GrantsAreMadeListedAndTakenBack()
    {
        var owner = await Hub.OwnerAsync();
        var rows = new (string Kind, string Subject, string Stored)[]
        {
            ("member", "Owner@example.org", owner.UserId), ("member", owner.UserId, owner.UserId), ("role", "admin", "admin"),
            ("agent", Agent.AgentId, Agent.AgentId), ("tag", "ci", "ci"),
        };
        foreach (var (kind, subject, stored) in rows)
        {
            var made = await GrantAsync(kind, subject);
            Assert.Equal(HttpStatusCode.Created, made.Status);
            Assert.Equal(stored, made.Json.GetProperty("subject").GetString());
        }

        var week = await GrantAsync("tag", "contractor", 7 * 24 * 3600);
        var life = week.Json.GetProperty("expiresAt").GetDateTimeOffset() - week.Json.GetProperty("createdAt").GetDateTimeOffset();
        Assert.InRange(life, TimeSpan.FromDays(7) - TimeSpan.FromMinutes(5), TimeSpan.FromDays(7) + TimeSpan.FromMinutes(5));
        Assert.Equal(6, (await ListAsync()).Count);
        var id = week.Json.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/services/db/grants/{id}", Key)).Status);
        AssertProblem(await SendAsync("DELETE", $"/v1/services/db/grants/{id}", Key), HttpStatusCode.NotFound, "not_found");
        Assert.Equal(5, (await ListAsync()).Count);
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Equal(5, restarted.Get<ServicePolicy>().Current.RuleOf(Workspace, "db").Grants.Count);
    }

    [Theory]
    [InlineData("member", "nobody@example.org")]
    [InlineData("member", "\\u0000")]
    [InlineData("role", "king")]
    [InlineData("agent", "0190a000-0000-7000-8000-000000000000")]
    [InlineData("tag", "No Tag")]
    [InlineData("workspace", "other")]
    public async Task GrantsNameSomebodyOfTheWorkspace(string kind, string subject) =>
        AssertProblem(await SendAsync("POST", "/v1/services/db/grants", Key, $$"""{"kind":"{{kind}}","subject":"{{subject}}"}"""),
            HttpStatusCode.BadRequest, "bad_subject");

    [Fact]
    public async Task AgentsOfOtherWorkspacesGetNoGrant()
    {
        var stranger = await Hub.NewAgentAsync(await Hub.NewWorkspaceAsync("third"));
        AssertProblem(await GrantAsync("agent", stranger.AgentId), HttpStatusCode.BadRequest, "bad_subject");
        AssertProblem(await GrantAsync("tag", "ci", 0), HttpStatusCode.BadRequest, "bad_life");
    }

    [Fact]
    public async Task GrantsOfAServiceAreBounded()
    {
        for (var i = 0; i < ServicePolicy.MaximumGrants; i++)
            Assert.NotNull(await Hub.Get<ServicePolicy>().GrantAsync(Workspace, "db", GrantKind.Tag, $"t{i}", null, "test", "", Ended));
        AssertProblem(await GrantAsync("tag", "more"), HttpStatusCode.Forbidden, "too_many_grants");
    }

    [Fact]
    public async Task AnotherWorkspacesKeySeesNothingByteForByte()
    {
        var grant = (await GrantAsync("tag", "ci")).Json.GetProperty("id").GetString();
        foreach (var (method, mine, nothing, body) in new[]
        {
            ("PATCH", "/v1/services/db", "/v1/services/none", "{}"),
            ("GET", "/v1/services/db/grants", "/v1/services/none/grants", null),
            ("POST", "/v1/services/db/grants", "/v1/services/none/grants", """{"kind":"tag","subject":"ci"}"""),
            ("DELETE", $"/v1/services/db/grants/{grant}", "/v1/services/none/grants/x", null),
            ("PATCH", $"/v1/agents/{Agent.AgentId}", $"/v1/agents/{Guid.NewGuid()}", """{"label":"mine"}"""),
            ("PUT", $"/v1/quotas/{Workspace}", $"/v1/quotas/{Guid.NewGuid()}", """{"ports":1}"""),
        })
        {
            var answer = await SendAsync(method, mine, Foreign, body);
            AssertProblem(answer, HttpStatusCode.NotFound, "not_found");
            Assert.Equal(WithoutRequestId(await SendAsync(method, nothing, Foreign, body)), WithoutRequestId(answer));
        }

        Assert.Single(await ListAsync());
        Assert.Equal("machine", Hub.Agents.FindById(Agent.AgentId)!.Label);
    }

    private static string WithoutRequestId(Answer answer) =>
        answer.Text.Replace(answer.Json.GetProperty("requestId").GetString()!, "", StringComparison.Ordinal);

    private Task<Answer> GrantAsync(string kind, string subject, long? life = null) => SendAsync(
        "POST", "/v1/services/db/grants", Key,
        JsonSerializer.Serialize(new { kind, subject, lifeSeconds = life }));

    private async Task<List<JsonElement>> ListAsync() =>
        [.. (await SendAsync("GET", "/v1/services/db/grants", Key)).Json.GetProperty("items").EnumerateArray()];
}

public sealed class RightsApiTestsOnSqlite() : RightsApiTests(null);

public sealed class RightsApiTestsOnPostgres(PostgresServer server) : RightsApiTests(server);
