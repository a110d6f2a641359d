using System.Net;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

/// <summary>What every endpoint has in common: request ids, versions, HEAD.</summary>
public abstract class MannersTests(PostgresServer? server) : ApiSuite(server)
{
    [Theory]
    [InlineData("deploy-7.a_B", true)]
    [InlineData("has space", false)]
    [InlineData("<b>", false)]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", false)]
    public async Task RequestIdOfTheCallerIsKeptIfItIsSane(string id, bool kept)
    {
        var answer = await SendAsync("GET", "/v1/nothing", Key, null, ("X-Request-Id", id));
        AssertProblem(answer, HttpStatusCode.NotFound, "not_found");
        Assert.Equal(kept, answer.Headers["X-Request-Id"] == id);
        Assert.Matches("^[A-Za-z0-9._-]{1,64}$", answer.Headers["X-Request-Id"]);
    }

    [Fact]
    public async Task ReadThatIsKnownIsNotSentAgain()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        foreach (var path in (string[])[$"/v1/agents/{agent.AgentId}", "/v1/agents", "/v1/services", "/health"])
        {
            var first = await SendAsync("GET", path, Key);
            var tag = first.Headers["ETag"];
            foreach (var known in (string[])[tag, $"\"x\", {tag}", "*", $"W/{tag}"])
            {
                var again = await SendAsync("GET", path, Key, null, ("If-None-Match", known));
                Assert.Equal((HttpStatusCode.NotModified, "", tag), (again.Status, again.Text, again.Headers["ETag"]));
            }

            var other = await SendAsync("GET", path, Key, null, ("If-None-Match", "\"x\""));
            Assert.Equal((HttpStatusCode.OK, first.Text), (other.Status, other.Text));
        }
    }

    [Fact]
    public async Task ChangeOfWhatChangedMeanwhileIsRefused()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        await Hub.Services.RecordPublishedAsync(Workspace, "db", agent.AgentId, "localhost:1", 23000, Ended);
        var seen = (await SendAsync("GET", "/v1/services/db", Key)).Headers["ETag"];
        await Hub.Services.RecordPublishedAsync(Workspace, "db", agent.AgentId, "localhost:2", 23000, Ended);
        foreach (var tag in (string[])[seen, "\"x\"", $"W/{seen}", ""])
        {
            AssertProblem(await SendAsync("DELETE", "/v1/services/db", Key, null, ("If-Match", tag)),
                HttpStatusCode.PreconditionFailed, "changed");
        }

        var now = (await SendAsync("GET", "/v1/services/db", Key)).Headers["ETag"];
        // A new life of the same service is no change of what is stored.
        await Hub.Services.RecordPublishedAsync(Workspace, "db", agent.AgentId, "localhost:2", 23000, Ended);
        var done = await SendAsync("DELETE", "/v1/services/db", Key, null, ("If-Match", now));
        Assert.Equal(HttpStatusCode.NoContent, done.Status);
        AssertProblem(await SendAsync("DELETE", "/v1/services/db", Key, null, ("If-Match", "*")),
            HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task OfManyChangesAtOnceWithOneTagOneIsMade()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        var path = $"/v1/agents/{agent.AgentId}";
        for (var round = 0; round < 10; round++)
        {
            var seen = (await SendAsync("GET", path, Key)).Headers["ETag"];
            var number = 0;
            var answers = await AtOnce.RunAsync(async () =>
            {
                var label = $"round {round} of {Interlocked.Increment(ref number)}";
                return (Label: label, Answer: await SendAsync("PATCH", path, Key, $$"""{"label":"{{label}}"}""", ("If-Match", seen)));
            }, 8);
            var made = Assert.Single(answers, one => one.Answer.Status == HttpStatusCode.OK);
            foreach (var refused in answers.Where(one => one != made))
                AssertProblem(refused.Answer, HttpStatusCode.PreconditionFailed, "changed");
            var now = await SendAsync("GET", path, Key);
            Assert.Equal(made.Label, now.Json.GetProperty("label").GetString());
            Assert.NotEqual(seen, now.Headers["ETag"]);
        }
    }

    [Fact]
    public async Task HeadIsGetWithoutTheBody()
    {
        foreach (var path in (string[])["/health", "/v1/agents", "/v1/agents/x", "/v1/nothing"])
        {
            var get = await SendAsync("GET", path, Key);
            var head = await SendAsync("HEAD", path, Key);
            Assert.Equal((get.Status, ""), (head.Status, head.Text));
            foreach (var header in (string[])["Content-Type", "ETag"])
                Assert.Equal(get.Headers.GetValueOrDefault(header), head.Headers.GetValueOrDefault(header));
            Assert.Equal(get.Headers["Content-Length"], head.Headers["Content-Length"]);
        }
    }
}

public sealed class MannersTestsOnSqlite() : MannersTests(null);

public sealed class MannersTestsOnPostgres(PostgresServer server) : MannersTests(server);
