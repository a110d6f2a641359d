using System.Net;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

/// <summary>What is asked of a diagnosis, and its record; agents take part in tests/Web.Tests.</summary>
public abstract class DiagnosesApiTests(PostgresServer? server) : ApiSuite(server)
{
    [Fact]
    public async Task ServiceWhoseAgentIsAwayIsDiagnosedAsThatAndKept()
    {
        await ServiceAsync("db");
        var made = await SendAsync("POST", "/v1/services/db/diagnoses", Key, "{}");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var document = made.Json.GetProperty("document");
        Assert.Equal(("failed", "agent-away"), (document.GetProperty("state").GetString(), document.GetProperty("verdict").GetString()));
        Assert.Contains("box", document.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(document.GetProperty("next").GetString()!);
        var one = Assert.Single(document.GetProperty("perspectives").EnumerateArray().ToList());
        Assert.Equal("hub", one.GetProperty("kind").GetString());
        var read = await SendAsync("GET", $"/v1/diagnostics/{made.Json.GetProperty("id").GetString()}", Key);
        Assert.Equal("db", read.Json.GetProperty("service").GetString());
        Assert.Equal(document.GetRawText(), read.Json.GetProperty("document").GetRawText());
    }

    [Fact]
    public async Task OneServiceIsDiagnosedOnceASecond()
    {
        await ServiceAsync("db");
        await ServiceAsync("other");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("POST", "/v1/services/db/diagnoses", Key, "{}")).Status);
        var again = await SendAsync("POST", "/v1/services/db/diagnoses", Key, "{}");
        // A machine that is slower than one a second may have made a second one.
        if (again.Status != HttpStatusCode.Created)
            AssertProblem(again, HttpStatusCode.TooManyRequests, "diagnosed_just_now");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("POST", "/v1/services/other/diagnoses", Key, "{}")).Status);
    }

    [Theory]
    [InlineData("""{"from":[]}""", "bad_from")]
    [InlineData("""{"from":["hub","hub"]}""", "bad_from")]
    [InlineData("""{"from":["hub","a","b","c","d","e"]}""", "bad_from")]
    [InlineData("""{"from":["169.254.169.254:80"]}""", "bad_from")]
    [InlineData("""{"from":"hub"}""", "bad_body")]
    [InlineData("""{"target":"localhost:22"}""", "bad_body")]
    public async Task WhatIsNoPlaceToLookFromIsRefused(string body, string code)
    {
        await ServiceAsync("db");
        AssertProblem(await SendAsync("POST", "/v1/services/db/diagnoses", Key, body), HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task ForeignServiceIsNotThere()
    {
        await ServiceAsync("db");
        var stranger = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("b"));
        AssertProblem(await SendAsync("POST", "/v1/services/db/diagnoses", stranger, "{}"), HttpStatusCode.NotFound, "not_found");
    }

    private async Task ServiceAsync(string name)
    {
        var agent = await Hub.NewAgentAsync(Workspace, "box");
        await Hub.Services.RecordPublishedAsync(Workspace, name, agent.AgentId, "localhost:5432", 21_900 + name.Length, TestHub.Ended);
    }
}

public sealed class DiagnosesApiTestsOnSqlite() : DiagnosesApiTests(null);

public sealed class DiagnosesApiTestsOnPostgres(PostgresServer server) : DiagnosesApiTests(server);
