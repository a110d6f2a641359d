using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Protocol.Handshake;
using Xunit;

namespace PrivateConnect.Hub.Tests.Rights;

public abstract class RightsApiTests(PostgresServer? server) : ApiSuite(server)
{
    private AgentIdentity _agent = null!;
    private string _foreign = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _agent = await Hub.NewAgentAsync(Workspace);
        await Hub.Services.RecordPublishedAsync(Workspace, "db", _agent.AgentId, "localhost:5432", 23000, Ended);
        _foreign = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("other"));
    }

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

    [Theory]
    [InlineData("""{"reach":"nobody"}""", "bad_reach")]
    [InlineData("""{"publish":"world"}""", "bad_publish")]
    [InlineData("""{"allow":["10.0.0.1/8"]}""", "bad_allow")]
    [InlineData("""{"publish":"agent","allow":[]}""", "bad_allow")]
    [InlineData("""{"workspaceId":"x"}""", "bad_body")]
    [InlineData("""{"port":22}""", "bad_body")]
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
            ("agent", _agent.AgentId, _agent.AgentId), ("tag", "ci", "ci"),
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
            ("PATCH", $"/v1/agents/{_agent.AgentId}", $"/v1/agents/{Guid.NewGuid()}", """{"label":"mine"}"""),
            ("PUT", $"/v1/quotas/{Workspace}", $"/v1/quotas/{Guid.NewGuid()}", """{"ports":1}"""),
        })
        {
            var answer = await SendAsync(method, mine, _foreign, body);
            AssertProblem(answer, HttpStatusCode.NotFound, "not_found");
            Assert.Equal(WithoutRequestId(await SendAsync(method, nothing, _foreign, body)), WithoutRequestId(answer));
        }

        Assert.Single(await ListAsync());
        Assert.Equal("machine", Hub.Agents.FindById(_agent.AgentId)!.Label);
    }

    [Fact]
    public async Task AgentIsRenamedTaggedAndGivenToAMember()
    {
        var owner = await Hub.OwnerAsync();
        var changed = await SendAsync("PATCH", $"/v1/agents/{_agent.AgentId}", Key,
            """{"label":"build 7","tags":["web","ci","ci"],"ownerId":"owner@example.org"}""");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(["ci", "web"], changed.Json.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        var known = Hub.Agents.FindById(_agent.AgentId)!;
        Assert.Equal(("build 7", "ci web", owner.UserId), (known.Label, known.Tags, known.OwnerUserId));
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Equal(known, restarted.Agents.FindById(_agent.AgentId));
        foreach (var (body, code) in new[]
        {
            ("""{"label":""}""", "bad_label"), ("""{"tags":["A"]}""", "bad_tags"), ("""{"tags":[null]}""", "bad_tags"),
            ("""{"ownerId":"x@example.org"}""", "bad_owner"), ("""{"workspaceId":"x"}""", "bad_body"), ("""{"publicKey":""}""", "bad_body"),
        })
            AssertProblem(await SendAsync("PATCH", $"/v1/agents/{_agent.AgentId}", Key, body), HttpStatusCode.BadRequest, code);
        await Hub.Agents.RevokeAsync(Workspace, _agent.AgentId, "test", Ended);
        AssertProblem(await SendAsync("PATCH", $"/v1/agents/{_agent.AgentId}", Key, """{"label":"x"}"""), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task KeyIsChangedByBothKeysOnly()
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var agent = (await Hub.Agents.EnrolAsync(old.ExportSubjectPublicKeyInfo(), "box", Key, "", Ended)).Agent!;
        foreach (var body in new[] { Change(old, fresh, stranger, fresh), Change(old, fresh, old, old), Change(old, fresh, fresh, old), Change(stranger, fresh, stranger, fresh) })
            AssertProblem(await SendAsync("POST", "/v1/agent/key", null, body), HttpStatusCode.Unauthorized, "bad_credentials");
        Assert.NotNull(Hub.Agents.Find(old.ExportSubjectPublicKeyInfo()));

        var good = Change(old, fresh, old, fresh);
        var answer = await SendAsync("POST", "/v1/agent/key", null, good);
        Assert.Equal(agent.AgentId, answer.Json.GetProperty("agentId").GetString());
        Assert.Null(Hub.Agents.Find(old.ExportSubjectPublicKeyInfo()));
        Assert.Equal(agent, Hub.Agents.Find(fresh.ExportSubjectPublicKeyInfo()));
        AssertProblem(await SendAsync("POST", "/v1/agent/key", null, good), HttpStatusCode.Unauthorized, "bad_credentials");
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Null(restarted.Agents.Find(old.ExportSubjectPublicKeyInfo()));
        Assert.Equal(agent, restarted.Agents.Find(fresh.ExportSubjectPublicKeyInfo()));
        // Revoked means revoked, whichever key it has by then.
        await Hub.Agents.RevokeAsync(Workspace, agent.AgentId, "test", Ended);
        Assert.True(Hub.Agents.Find(fresh.ExportSubjectPublicKeyInfo())!.Revoked);
        AssertProblem(await SendAsync("POST", "/v1/agent/key", null, Change(fresh, stranger, fresh, stranger)), HttpStatusCode.Unauthorized, "bad_credentials");
    }

    [Fact]
    public async Task KeyOfAnotherAgentCannotBeTaken()
    {
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Hub.Agents.EnrolAsync(mine.ExportSubjectPublicKeyInfo(), "mine", Key, "", Ended);
        await Hub.Agents.EnrolAsync(other.ExportSubjectPublicKeyInfo(), "other", _foreign, "", Ended);
        AssertProblem(await SendAsync("POST", "/v1/agent/key", null, Change(mine, other, mine, other)), HttpStatusCode.Unauthorized, "bad_credentials");
    }

    [Fact]
    public async Task DeviceCodesOverTheApi()
    {
        var owner = await Hub.OwnerAsync();
        var codes = Hub.Get<PrivateConnect.Hub.Devices.DeviceCodes>();
        var start = await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""");
        Assert.Equal(HttpStatusCode.OK, start.Status);
        var user = start.Json.GetProperty("userCode").GetString()!;
        Assert.Equal($"http://hub.test/device#{user}", start.Json.GetProperty("verificationUriComplete").GetString());
        Assert.Equal((600, 5), (start.Json.GetProperty("expiresIn").GetInt32(), start.Json.GetProperty("interval").GetInt32()));
        var device = start.Json.GetProperty("deviceCode").GetString();
        AssertProblem(await SendAsync("POST", "/v1/device/token", device), HttpStatusCode.BadRequest, "authorization_pending");
        AssertProblem(await SendAsync("POST", "/v1/device/token", device), HttpStatusCode.BadRequest, "slow_down");
        AssertProblem(await SendAsync("POST", "/v1/device/token", null), HttpStatusCode.Unauthorized, "no_credentials");
        AssertProblem(await SendAsync("POST", "/v1/device/token", user), HttpStatusCode.BadRequest, "expired_token");
        await codes.DecideAsync(user, true, owner, null, Ended);
        var token = (await SendAsync("POST", "/v1/device/token", device)).Json.GetProperty("token").GetString();
        Assert.StartsWith("pe_", token, StringComparison.Ordinal);
        AssertProblem(await SendAsync("POST", "/v1/device/token", device), HttpStatusCode.BadRequest, "expired_token");
        foreach (var (body, code) in new[]
        {
            ("""{"label":"","agentVersion":"1"}""", "bad_label"), ("""{"label":"b","agentVersion":""}""", "bad_version"),
            ("""{"label":"b"}""", "bad_body"), ("""{"label":"b","agentVersion":"1","address":"10.0.0.1"}""", "bad_body"),
        })
            AssertProblem(await SendAsync("POST", "/v1/device/code", null, body), HttpStatusCode.BadRequest, code);
        for (var i = 0; i < 9; i++)
            await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""")).Status);
        AssertProblem(await SendAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}"""), HttpStatusCode.TooManyRequests, "too_many_codes");
    }

    [Fact]
    public async Task QuotasAreSetByTheOperatorAndReadByEveryKey()
    {
        var other = (await SendAsync("GET", "/v1/quota", _foreign)).Json.GetProperty("workspaceId").GetString()!;
        Assert.Equal("id-of-other", other);
        var set = await SendAsync("PUT", $"/v1/quotas/{Workspace}", Key, """{"agents":3,"ports":2,"bandwidth":1000000000}""");
        Assert.Equal(HttpStatusCode.OK, set.Status);
        Assert.Equal(set.Text, (await SendAsync("GET", "/v1/quota", Key)).Text);
        Assert.Equal(JsonValueKind.Null, set.Json.GetProperty("services").ValueKind);
        var narrow = await Hub.NewKeyAsync(Workspace, Scopes.Agents, Scopes.Services);
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
        await Hub.Agents.RevokeAsync(Workspace, _agent.AgentId, "test", Ended);
        Assert.NotNull((await Hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", Key, "", Ended)).Agent);
    }

    [Fact]
    public async Task EphemeralAgentVanishesWithItsServicesAndRights()
    {
        var token = await Hub.Tokens.CreateAsync(Requester.Local(Workspace, "test"), TimeSpan.FromHours(1), true, Ended);
        var spki = TestKeys.NewSpki();
        var agent = (await Hub.Agents.EnrolAsync(spki, "ci", token, "", Ended)).Agent!;
        Assert.True(agent.Ephemeral);
        await Hub.Services.RecordPublishedAsync(Workspace, "preview", agent.AgentId, "localhost:80", 23001, Ended);
        await SendAsync("PATCH", "/v1/services/preview", Key, """{"reach":"chosen"}""");
        Assert.Equal(["preview"], await Hub.Agents.RemoveAsync(agent, Ended));
        Hub.Services.Removed(Workspace, "preview");
        Assert.Null(Hub.Agents.Find(spki));
        Assert.Null(Hub.Services.Find(Workspace, "preview"));
        AssertProblem(await SendAsync("GET", "/v1/services/preview", Key), HttpStatusCode.NotFound, "not_found");
        await Until.TrueAsync(
            () => Task.FromResult(Hub.Get<ServicePolicy>().Current.RuleOf(Workspace, "preview").IsForEveryone), "its rights are gone");
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Null(restarted.Agents.Find(spki));
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

    private static string WithoutRequestId(Answer answer) =>
        answer.Text.Replace(answer.Json.GetProperty("requestId").GetString()!, "", StringComparison.Ordinal);

    private Task<Answer> GrantAsync(string kind, string subject, long? life = null) => SendAsync(
        "POST", "/v1/services/db/grants", Key,
        JsonSerializer.Serialize(new { kind, subject, lifeSeconds = life }));

    private async Task<List<JsonElement>> ListAsync() =>
        [.. (await SendAsync("GET", "/v1/services/db/grants", Key)).Json.GetProperty("items").EnumerateArray()];

    private static string Change(ECDsa old, ECDsa fresh, ECDsa signsOld, ECDsa signsNew)
    {
        var (oldKey, newKey) = (old.ExportSubjectPublicKeyInfo(), fresh.ExportSubjectPublicKeyInfo());
        var transcript = RotationTranscript.Build(oldKey, newKey);
        return JsonSerializer.Serialize(new
        {
            publicKey = Convert.ToBase64String(oldKey),
            newPublicKey = Convert.ToBase64String(newKey),
            signature = Convert.ToBase64String(signsOld.SignData(transcript, HashAlgorithmName.SHA256)),
            newSignature = Convert.ToBase64String(signsNew.SignData(transcript, HashAlgorithmName.SHA256)),
        });
    }
}

public sealed class RightsApiTestsOnSqlite() : RightsApiTests(null);

public sealed class RightsApiTestsOnPostgres(PostgresServer server) : RightsApiTests(server);
