using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

/// <summary>A token ends with the key that made it, also when nobody revoked the key.</summary>
public abstract class TokenLifeTests(PostgresServer? server) : EngineSuite(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TokenOfAKeyThatExpiredEnrolsNobody(bool personal)
    {
        await using var hub = await TestHub.StartAsync(Engine, _time);
        var admin = await hub.NewMemberAsync(await hub.DefaultWorkspaceAsync(), Role.Admin);
        var end = _time.GetUtcNow().AddHours(1);
        var key = (await hub.Get<WorkspaceKeys>().CreateAsync(admin, "short", [Scopes.Agents], end, personal, Ended)).Value!;
        using var client = await hub.ListenAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        var (early, saidEarly) = await MakeAsync(client, TimeSpan.FromMinutes(30));
        var (token, said) = await MakeAsync(client, EnrolmentTokens.MaximumLife);
        var (spent, _) = await MakeAsync(client, EnrolmentTokens.MaximumLife);
        Assert.Equal((_time.GetUtcNow().AddMinutes(30), end), (saidEarly, said));
        var ofAPerson = (await hub.Tokens.CreateAsync(admin, EnrolmentTokens.MaximumLife, false, Ended))!;

        _time.Advance(TimeSpan.FromMinutes(59));
        var agent = (await EnrolAsync(hub, spent)).Agent!;
        Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(hub, early)).Failure);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(hub, token)).Failure);
        Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync(hub, key.Secret)).Failure);
        Assert.Equal(EnrolFailure.None, (await EnrolAsync(hub, ofAPerson)).Failure);
        // What it let in meanwhile stays, as with a revoked key (docs/decisions/0031).
        Assert.False(hub.Agents.FindById(agent.AgentId)!.Revoked);
    }

    private static async Task<(string Token, DateTimeOffset Expires)> MakeAsync(HttpClient client, TimeSpan life)
    {
        using var answer = await client.PostAsJsonAsync(
            "/v1/enrolment-tokens", new { lifeSeconds = (int)life.TotalSeconds }, Ended);
        var made = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ended);
        return (made.GetProperty("token").GetString()!, made.GetProperty("expiresAt").GetDateTimeOffset());
    }

    private static Task<EnrolResult> EnrolAsync(TestHub hub, string secret) =>
        hub.Agents.EnrolAsync(TestKeys.NewSpki(), "machine", secret, "192.0.2.7", Ended);
}

public sealed class TokenLifeTestsOnSqlite() : TokenLifeTests(null);

public sealed class TokenLifeTestsOnPostgres(PostgresServer server) : TokenLifeTests(server);
