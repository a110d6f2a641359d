using System.Net;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class ResourceApiTests(PostgresServer? server) : ApiSuite(server)
{
    [Fact]
    public async Task AgentsComeInPages()
    {
        var made = new List<string>();
        for (var i = 0; i < 5; i++) made.Add((await Hub.NewAgentAsync(Workspace, $"box {i}")).AgentId);
        var seen = new List<string>();
        var path = "/v1/agents?limit=2";
        for (string? next = ""; next is not null; path = $"/v1/agents?limit=2&cursor={next}")
        {
            var page = (await SendAsync("GET", path, Key)).Json;
            foreach (var item in page.GetProperty("items").EnumerateArray())
                seen.Add(item.GetProperty("id").GetString()!);
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task ServicesComeInPages()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        foreach (var name in (string[])["b", "a-1", "c", "a"]) await PublishAsync(agent, name);
        var first = (await SendAsync("GET", "/v1/services?limit=3", Key)).Json;
        Assert.Equal(["a", "a-1", "b"], Names(first));
        var next = first.GetProperty("next").GetString();
        var rest = (await SendAsync("GET", $"/v1/services?limit=3&cursor={next}", Key)).Json;
        Assert.Equal(["c"], Names(rest));
        Assert.Null(rest.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("limit=0", "bad_limit")]
    [InlineData("limit=201", "bad_limit")]
    [InlineData("limit=-1", "bad_limit")]
    [InlineData("limit=x", "bad_limit")]
    [InlineData("limit=", "bad_limit")]
    [InlineData("cursor=", "bad_cursor")]
    [InlineData("cursor=*", "bad_cursor")]
    [InlineData("cursor=AA", "bad_cursor")]
    public async Task PagesHaveBounds(string query, string code)
    {
        AssertProblem(await SendAsync("GET", $"/v1/agents?{query}", Key), HttpStatusCode.BadRequest, code);
        AssertProblem(await SendAsync("GET", $"/v1/services?{query}", Key), HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task WhatFlowsNowIsPartOfTheAnswer()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        await PublishAsync(agent, "db");
        var before = (await SendAsync("GET", "/v1/services/db", Key)).Json;
        Assert.False(before.GetProperty("up").GetBoolean());
        Assert.Equal(23000, before.GetProperty("port").GetInt32());

        var at = DateTimeOffset.UnixEpoch;
        Hub.Live.Publish(new LiveSample(
            at,
            [new LiveAgent(agent.AgentId, agent.WorkspaceId, "box", "1.2.3", "192.0.2.1:5", at, TimeSpan.FromMilliseconds(2),
                3, 10, 20, 1, 2)],
            [new LiveService(agent.WorkspaceId, "db", agent.AgentId, "box", "localhost:1", "127.0.0.1:23000", 23000, 3, 10, 20,
                1.5, 2)],
            1, 101, []));
        var service = (await SendAsync("GET", "/v1/services/db", Key)).Json;
        Assert.True(service.GetProperty("up").GetBoolean());
        Assert.Equal(1.5, service.GetProperty("inRate").GetDouble());
        var one = (await SendAsync("GET", $"/v1/agents/{agent.AgentId}", Key)).Json;
        Assert.True(one.GetProperty("connected").GetBoolean());
        Assert.Equal("1.2.3", one.GetProperty("version").GetString());
        Assert.Equal(2, one.GetProperty("roundTripMilliseconds").GetDouble());
    }

    [Fact]
    public async Task DeletedIsGone()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        await PublishAsync(agent, "db");
        foreach (var path in (string[])["/v1/services/db", $"/v1/agents/{agent.AgentId}"])
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", path, Key)).Status);
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", path, Key)).Status);
            AssertProblem(await SendAsync("GET", path, Key), HttpStatusCode.NotFound, "not_found");
            AssertProblem(await SendAsync("DELETE", path, Key), HttpStatusCode.NotFound, "not_found");
        }

        Assert.True(Assert.Single(Hub.Agents.All).Revoked);
    }

    [Fact]
    public async Task NotYoursIsTheSameBytesAsNotThere()
    {
        Client.DefaultRequestHeaders.Add("X-Request-Id", "same");
        var agent = await Hub.NewAgentAsync(Workspace);
        await PublishAsync(agent, "db");
        var other = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("other"));
        var nothing = await SendAsync("GET", $"/v1/agents/{Guid.NewGuid()}", other);
        AssertProblem(nothing, HttpStatusCode.NotFound, "not_found");
        string[] paths =
        [
            $"/v1/agents/{agent.AgentId}", "/v1/agents/x", "/v1/agents/%01", "/v1/agents/'%20OR%201=1",
            "/v1/services/db", "/v1/services/absent", "/v1/services/%01", "/v1/services/DB", "/v1/nothing",
            "/v1/agents/a/b",
        ];
        foreach (var path in paths)
        {
            foreach (var method in (string[])["GET", "DELETE"])
            {
                var answer = await SendAsync(method, path, other);
                Assert.Equal((nothing.Status, nothing.Text), (answer.Status, answer.Text));
                Assert.Equal(nothing.Headers.Keys.Order(), answer.Headers.Keys.Order());
            }
        }

        Assert.Empty((await SendAsync("GET", "/v1/agents", other)).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await SendAsync("GET", "/v1/services", other)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v1/services/db", Key)).Status);
        Assert.False(Hub.Agents.All[0].Revoked);
    }

    [Fact]
    public async Task ScopesAreEnforcedOnEveryEndpoint()
    {
        var agents = await Hub.NewKeyAsync(Workspace, Scopes.Agents);
        var services = await Hub.NewKeyAsync(Workspace, Scopes.Services);
        (string Method, string Path, string Missing)[] calls =
        [
            ("GET", "/v1/agents", services), ("GET", "/v1/agents/x", services), ("DELETE", "/v1/agents/x", services),
            ("POST", "/v1/enrolment-tokens", services), ("GET", "/v1/services", agents),
            ("GET", "/v1/services/x", agents), ("DELETE", "/v1/services/x", agents),
            ("GET", "/v1/services/x/streams", agents), ("DELETE", "/v1/services/x/streams/1-2", agents), ("GET", "/metrics", agents),
        ];
        foreach (var (method, path, key) in calls)
        {
            AssertProblem(await SendAsync(method, path, key, method == "POST" ? "{}" : null),
                HttpStatusCode.Forbidden, "missing_scope");
            AssertProblem(await SendAsync(method, path, null), HttpStatusCode.Unauthorized, "no_credentials");
            AssertProblem(await SendAsync(method, path, "pc_wrong"), HttpStatusCode.Unauthorized, "bad_credentials");
        }
    }

    [Fact]
    public async Task BothHeadersCarryAKeyAndTwoThatDifferAreRefused()
    {
        Assert.Equal(HttpStatusCode.OK, await WithHeadersAsync(null, Key));
        Assert.Equal(HttpStatusCode.OK, await WithHeadersAsync($"bearer {Key}", null));
        Assert.Equal(HttpStatusCode.OK, await WithHeadersAsync($"Bearer {Key}", Key));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithHeadersAsync($"Bearer {Key}", "pc_other"));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithHeadersAsync($"Basic {Key}", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithHeadersAsync(null, new string('x', 5000)));
    }

    [Theory]
    [InlineData("PUT", "/v1/agents", "GET, HEAD, OPTIONS")]
    [InlineData("POST", "/v1/agents/x", "DELETE, GET, HEAD, OPTIONS, PATCH")]
    [InlineData("GET", "/v1/enrolments", "OPTIONS, POST")]
    [InlineData("DELETE", "/health", "GET, HEAD, OPTIONS")]
    public async Task WrongMethodNamesTheRightOnes(string method, string path, string allowed)
    {
        var answer = await SendAsync(method, path, Key);
        AssertProblem(answer, HttpStatusCode.MethodNotAllowed, "wrong_method");
        Assert.Equal(allowed, answer.Headers["Allow"]);
        var options = await SendAsync("OPTIONS", path, null);
        Assert.Equal((HttpStatusCode.NoContent, allowed), (options.Status, options.Headers["Allow"]));
    }

    private async Task<HttpStatusCode> WithHeadersAsync(string? authorization, string? apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents");
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (apiKey is not null) request.Headers.TryAddWithoutValidation("x-api-key", apiKey);
        return (await SendAsync(request)).Status;
    }

    private Task PublishAsync(AgentIdentity agent, string name) => Hub.Services.RecordPublishedAsync(
        Workspace, name, agent.AgentId, "localhost:1", 23000 + Hub.Services.Leases.Count(), Ended);

    private static IEnumerable<string?> Names(System.Text.Json.JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString());
}

public sealed class ResourceApiTestsOnSqlite() : ResourceApiTests(null);

public sealed class ResourceApiTestsOnPostgres(PostgresServer server) : ResourceApiTests(server);
