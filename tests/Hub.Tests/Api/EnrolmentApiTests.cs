using System.Net;
using System.Text.Json;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class EnrolmentApiTests(PostgresServer? server) : ApiSuite(server)
{
    [Fact]
    public async Task HealthNeedsNoKey()
    {
        var answer = await SendAsync("GET", "/health", null);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.StartsWith("{\"status\":\"ok\",", answer.Text, StringComparison.Ordinal);
        Assert.Equal(Hub.Database.Engine, answer.Json.GetProperty("database").GetString());
    }

    [Fact]
    public async Task KeyEnrolsAnAgent()
    {
        var spki = TestKeys.NewSpki();
        var answer = await SendAsync("POST", "/v1/enrolments", Key, Body(spki));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var agent = Hub.Agents.Find(spki)!;
        Assert.Equal($"{{\"agentId\":\"{agent.AgentId}\",\"label\":\"box\",\"workspace\":\"default\"}}", answer.Text);
    }

    [Fact]
    public async Task TokenOfTheApiEnrolsOneAgent()
    {
        var made = await SendAsync("POST", "/v1/enrolment-tokens", Key, "{\"lifeSeconds\":60}");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var token = made.Json.GetProperty("token").GetString();
        var enrolled = await SendAsync("POST", "/v1/enrolments", token, Body(TestKeys.NewSpki()));
        Assert.Equal(HttpStatusCode.Created, enrolled.Status);
        AssertProblem(await SendAsync("POST", "/v1/enrolments", token, Body(TestKeys.NewSpki())),
            HttpStatusCode.Unauthorized, "bad_credentials");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(604801)]
    public async Task TokenLifeHasBounds(int seconds) =>
        AssertProblem(await SendAsync("POST", "/v1/enrolment-tokens", Key, $"{{\"lifeSeconds\":{seconds}}}"),
            HttpStatusCode.BadRequest, "bad_life");

    [Fact]
    public async Task RefusalsHaveTheirOwnStatusAndCode()
    {
        var good = Body(TestKeys.NewSpki());
        AssertProblem(await SendAsync("POST", "/v1/enrolments", null, good), HttpStatusCode.Unauthorized,
            "no_credentials");
        var wrong = await SendAsync("POST", "/v1/enrolments", $"pc_{new string('0', 48)}", good);
        AssertProblem(wrong, HttpStatusCode.Unauthorized, "bad_credentials");
        Assert.Equal("Bearer", wrong.Headers["WWW-Authenticate"]);
        var narrow = await Hub.NewKeyAsync(Workspace, Scopes.Services);
        AssertProblem(await SendAsync("POST", "/v1/enrolments", narrow, good), HttpStatusCode.Forbidden,
            "missing_scope");
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, Body(TestKeys.OtherCurve())),
            HttpStatusCode.BadRequest, "bad_key");
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, "{\"publicKey\":\"!\",\"label\":\"box\"}"),
            HttpStatusCode.BadRequest, "bad_key");
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, Body(TestKeys.NewSpki(), "")),
            HttpStatusCode.BadRequest, "bad_label");

        var spki = TestKeys.NewSpki();
        var agent = (await SendAsync("POST", "/v1/enrolments", Key, Body(spki))).Json.GetProperty("agentId");
        await Hub.Agents.RevokeAsync(Workspace, agent.GetString()!, "test", Ended);
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, Body(spki)), HttpStatusCode.Forbidden, "revoked");
        var foreign = TestKeys.NewSpki();
        var other = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("other"));
        await SendAsync("POST", "/v1/enrolments", other, Body(foreign));
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, Body(foreign)), HttpStatusCode.Forbidden,
            "not_allowed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"publicKey\":\"AA==\"}")]
    [InlineData("{\"publicKey\":null,\"label\":\"box\"}")]
    [InlineData("{\"publicKey\":7,\"label\":\"box\"}")]
    [InlineData("{\"publicKey\":\"AA==\",\"label\":\"box\",\"workspaceId\":\"x\"}")]
    [InlineData("{\"publicKey\":\"AA==\",\"label\":\"box\",\"label\":\"box\"}")]
    [InlineData("{\"publicKey\":\"AA==\",\"label\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}")]
    [InlineData("{\"publicKey\":\"AA==\",\"label\":\"box\"} trailing")]
    public async Task BodiesThatDoNotFitAreRefused(string body) =>
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, body), HttpStatusCode.BadRequest, "bad_body");

    [Theory]
    [InlineData(256 * 1024, HttpStatusCode.BadRequest, "bad_key")]
    [InlineData(256 * 1024 + 1, HttpStatusCode.RequestEntityTooLarge, "too_large")]
    [InlineData(8 * 1024 * 1024, HttpStatusCode.RequestEntityTooLarge, "too_large")]
    public async Task BodyIsBounded(int bytes, HttpStatusCode status, string code)
    {
        var empty = "{\"publicKey\":\"\",\"label\":\"box\"}";
        var body = empty.Insert(14, new string('A', bytes - empty.Length));
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, body), status, code);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/enrolments");
        chunked.Content = new StringContent(body);
        chunked.Content.Headers.ContentType = new("application/json");
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Headers.Add("x-api-key", Key);
        AssertProblem(await SendAsync(chunked), status, code);
    }

    [Fact]
    public async Task OtherThanJsonIsRefused() =>
        AssertProblem(await SendAsync("POST", "/v1/enrolments", Key, Body(TestKeys.NewSpki()), "text/plain"),
            HttpStatusCode.UnsupportedMediaType, "not_json");

    [Fact]
    public async Task SourceWithTooManyWrongKeysMustWait()
    {
        var wrong = $"pc_{new string('0', 48)}";
        for (var i = 0; i < 20; i++)
            AssertProblem(await SendAsync("GET", "/v1/agents", wrong), HttpStatusCode.Unauthorized, "bad_credentials");
        var waits = await SendAsync("GET", "/v1/agents", Key);
        AssertProblem(waits, HttpStatusCode.TooManyRequests, "too_many_wrong_secrets");
        Assert.Equal("60", waits.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/health", null)).Status);
    }

    [Fact]
    public async Task DatabaseThatFailsIsSaidAndComesBack()
    {
        await Hub.ExecuteAsync("ALTER TABLE api_keys RENAME TO away");
        var answer = await SendAsync("GET", "/v1/agents", Key);
        AssertProblem(answer, HttpStatusCode.ServiceUnavailable, "database");
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/health", null)).Status);
        await Hub.ExecuteAsync("ALTER TABLE away RENAME TO api_keys");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v1/agents", Key)).Status);
    }

    [Fact]
    public async Task AnotherHostNameReachesNothingOfTheApi()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Host = "dashboard.example";
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(request)).Status);
    }

    private static string Body(byte[] spki, string label = "box") =>
        JsonSerializer.Serialize(new { publicKey = Convert.ToBase64String(spki), label });
}

public sealed class EnrolmentApiTestsOnSqlite() : EnrolmentApiTests(null);

public sealed class EnrolmentApiTestsOnPostgres(PostgresServer server) : EnrolmentApiTests(server);
