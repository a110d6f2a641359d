using System.Net;
using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class IdempotencyTests(PostgresServer? server) : ApiSuite(server)
{
    // A quarter of one character too many.
    private const string Long = "0123456789012345678901234567890123456789012345678901234567890123";
    private const string Path = "/v1/enrolment-tokens";

    [Fact]
    public async Task AnswerIsReplayedAndTheThingIsMadeOnce()
    {
        var first = await CreateAsync("order-1");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.DoesNotContain(IdempotentCalls.Replayed, first.Headers.Keys);
        var again = await CreateAsync("order-1");
        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Equal("true", again.Headers[IdempotentCalls.Replayed]);
        Assert.Equal(1, await TokensAsync());
        Assert.NotEqual(first.Text, (await CreateAsync("order-2")).Text);
        // Another caller's key of the same name is another one.
        var other = await Hub.NewKeyAsync(Workspace);
        Assert.NotEqual(first.Text, (await SendAsync("POST", Path, other, "{}", (IdempotentCalls.Header, "order-1"))).Text);
        Assert.Equal(3, await TokensAsync());
    }

    [Fact]
    public async Task SameKeyForAnotherRequestIsRefused()
    {
        await CreateAsync("order-1");
        AssertProblem(await CreateAsync("order-1", "{\"lifeSeconds\":60}"),
            HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        Assert.Equal(1, await TokensAsync());
    }

    [Fact]
    public async Task RefusalIsNotRemembered()
    {
        AssertProblem(await CreateAsync("order-1", "{\"lifeSeconds\":0}"), HttpStatusCode.BadRequest, "bad_life");
        Assert.Equal(HttpStatusCode.Created, (await CreateAsync("order-1", "{\"lifeSeconds\":60}")).Status);
    }

    [Fact]
    public async Task DuplicatesAtOneMomentMakeOne()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => CreateAsync("order-1")));
        Assert.Single(answers.Select(answer => (answer.Status, answer.Text)).Distinct());
        Assert.Equal(31, answers.Count(answer => answer.Headers.ContainsKey(IdempotentCalls.Replayed)));
        Assert.Equal(1, await TokensAsync());
    }

    [Fact]
    public async Task CallWhoseEndNobodyKnowsIsNotDoneAgain()
    {
        await CreateAsync("order-1");
        // As a hub leaves it that is killed between the act and its record.
        await Hub.ExecuteAsync("UPDATE idempotent_calls SET status = NULL, answer = NULL");
        AssertProblem(await CreateAsync("order-1"), HttpStatusCode.Conflict, "outcome_unknown");
        Assert.Equal(1, await TokensAsync());
    }

    [Fact]
    public async Task OneThatExpiredIsForgotten()
    {
        var first = await CreateAsync("order-1");
        var dayBefore = UtcTextAttribute.Write(TimeProvider.System.GetUtcNow() - IdempotentCalls.Life);
        await Hub.ExecuteAsync($"UPDATE idempotent_calls SET created_at = '{dayBefore}'");
        Assert.NotEqual(first.Text, (await CreateAsync("order-1")).Text);
        Assert.Equal(2, await TokensAsync());
    }

    [Fact]
    public async Task DatabaseHoldsNeitherKeyNorAnswer()
    {
        var token = (await CreateAsync("order-1")).Json.GetProperty("token").GetString()!;
        await using var db = Hub.Database.Connect();
        var row = await db.IdempotentCalls.SingleAsync(Ended);
        Assert.NotNull(row.Answer);
        Assert.DoesNotContain(token, System.Text.Encoding.Latin1.GetString(row.Answer), StringComparison.Ordinal);
        Assert.DoesNotContain("order-1", row.ToString(), StringComparison.Ordinal);
        // Nor does another key's secret open it.
        var other = new IdempotencySecret(await Hub.NewKeyAsync(Workspace));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => other.Open(row.Answer, row.Hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData(Long + Long + Long + Long)]
    public async Task KeyHasAForm(string key) =>
        AssertProblem(await CreateAsync(key), HttpStatusCode.BadRequest, "bad_idempotency_key");

    private Task<Answer> CreateAsync(string key, string body = "{}") =>
        SendAsync("POST", Path, Key, body, (IdempotentCalls.Header, key));

    private async Task<int> TokensAsync()
    {
        await using var db = Hub.Database.Connect();
        return await db.EnrolmentTokens.CountAsync(Ended);
    }
}

public sealed class IdempotencyTestsOnSqlite() : IdempotencyTests(null);

public sealed class IdempotencyTestsOnPostgres(PostgresServer server) : IdempotencyTests(server);
