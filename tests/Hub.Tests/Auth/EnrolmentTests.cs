using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public abstract class EnrolmentTests(PostgresServer? server) : HubSuite(server)
{
    [Fact]
    public async Task AgentIsFoundByItsKeyAtOnceAndAfterARestart()
    {
        var spki = TestKeys.NewSpki();
        var agent = (await EnrolAsync(spki, await KeyAsync())).Agent!;
        Assert.Equal(agent, Hub.Agents.Find(spki));
        Assert.Equal("default", agent.Workspace);
        Assert.Null(Hub.Agents.Find(TestKeys.NewSpki()));
        Assert.Null(Hub.Agents.Find([]));

        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Equal(agent, restarted.Agents.Find(spki));
        Assert.Equal([agent], restarted.Agents.All);
    }

    [Fact]
    public async Task SameKeyPairTwiceIsTheSameAgent()
    {
        var spki = TestKeys.NewSpki();
        var first = await EnrolAsync(spki, await KeyAsync());
        Assert.Equal(first, await EnrolAsync(spki, await KeyAsync()));
    }

    [Fact]
    public async Task SameKeyPairManyTimesAtOnceIsOneAgent()
    {
        var spki = TestKeys.NewSpki();
        var key = await KeyAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => EnrolAsync(spki, key))));
        Assert.Single(results.Select(result => result.Agent).Distinct());
        Assert.NotNull(results[0].Agent);
    }

    [Fact]
    public async Task KeyPairOfAnotherWorkspaceIsRefusedAndTheTokenIsNotSpent()
    {
        var spki = TestKeys.NewSpki();
        await EnrolAsync(spki, await KeyAsync());
        var other = await Hub.NewWorkspaceAsync("other");
        var token = (await Hub.Tokens.CreateAsync(Requester.Local(other, "test"), TimeSpan.FromHours(1), false, Ended))!;
        Assert.Equal(EnrolFailure.NotAllowed, (await EnrolAsync(spki, token)).Failure);
        var agent = (await EnrolAsync(TestKeys.NewSpki(), token)).Agent!;
        Assert.Equal(("other", other), (agent.Workspace, agent.WorkspaceId));
    }

    [Fact]
    public async Task WrongSecretsAreRefusedBeforeAnythingElse()
    {
        var expired = await Hub.Keys.CreateAsync(
            await Hub.DefaultWorkspaceAsync(), "old", Scopes.All, DateTimeOffset.UtcNow.AddSeconds(-1), Ended);
        foreach (var secret in (string[])["", "pc_", $"pc_{new string('0', 48)}", $"pe_{new string('0', 48)}",
            "x'; --", expired])
            Assert.Equal(EnrolFailure.BadSecret, (await EnrolAsync([1, 2, 3], secret, "")).Failure);
        var narrow = await Hub.NewKeyAsync(await Hub.DefaultWorkspaceAsync(), Scopes.Services);
        Assert.Equal(EnrolFailure.MissingScope, (await EnrolAsync(TestKeys.NewSpki(), narrow)).Failure);
        Assert.Empty(Hub.Agents.All);
    }

    [Fact]
    public async Task OnlyP256KeysInTheirOneEncodingAreTaken()
    {
        var key = await KeyAsync();
        var good = TestKeys.NewSpki();
        var offCurve = good.ToArray();
        offCurve[^1] ^= 1;
        foreach (var bad in (byte[][])[[], [0x30], good[..^1], [.. good, 0], offCurve, TestKeys.OtherCurve(),
            TestKeys.Rsa(),
            new byte[91], new byte[100_000]])
            Assert.Equal(EnrolFailure.BadKey, (await EnrolAsync(bad, key)).Failure);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(" padded", false)]
    [InlineData("tab\there", false)]
    [InlineData("turned\u202Earound", false)]
    [InlineData("zero\u200Bwidth", false)]
    [InlineData("nul\0", false)]
    [InlineData("build server 7", true)]
    [InlineData("Büro-Rechner ☕", true)]
    public async Task LabelsArePrintable(string label, bool good)
    {
        var result = await EnrolAsync(TestKeys.NewSpki(), await KeyAsync(), label);
        Assert.Equal(good ? EnrolFailure.None : EnrolFailure.BadLabel, result.Failure);
        if (good) Assert.Equal(label, result.Agent!.Label);
    }

    [Fact]
    public async Task LabelWithHalfACharacterIsRefused() =>
        Assert.Equal(EnrolFailure.BadLabel, (await EnrolAsync(TestKeys.NewSpki(), await KeyAsync(),
            "half\uD83D")).Failure);

    [Fact]
    public async Task LabelOf64IsTakenAnd65IsNot()
    {
        var key = await KeyAsync();
        Assert.NotNull((await EnrolAsync(TestKeys.NewSpki(), key, new string('a', 64))).Agent);
        Assert.Equal(EnrolFailure.BadLabel, (await EnrolAsync(TestKeys.NewSpki(), key, new string('a', 65))).Failure);
    }

    [Fact]
    public async Task RevokedAgentIsKnownAsRevokedAndStaysSo()
    {
        var spki = TestKeys.NewSpki();
        var agent = (await EnrolAsync(spki, await KeyAsync())).Agent!;
        var heard = new List<string>();
        Hub.Agents.Revoked += heard.Add;
        var other = await Hub.NewWorkspaceAsync("other");
        Assert.False(await Hub.Agents.RevokeAsync(other, agent.AgentId, "test", Ended));
        Assert.True(await Hub.Agents.RevokeAsync(agent.WorkspaceId, agent.AgentId, "test", Ended));
        Assert.False(await Hub.Agents.RevokeAsync(agent.WorkspaceId, agent.AgentId, "test", Ended));
        Assert.Equal([agent.AgentId], heard);
        Assert.True(Hub.Agents.Find(spki)!.Revoked);
        Assert.Equal(EnrolFailure.Revoked, (await EnrolAsync(spki, await KeyAsync())).Failure);
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.True(restarted.Agents.Find(spki)!.Revoked);
    }

    [Fact]
    public async Task ActsAreInTheAuditLogWithWhoAndWhere()
    {
        var agent = (await EnrolAsync(TestKeys.NewSpki(), await KeyAsync())).Agent!;
        await Hub.Agents.RevokeAsync(agent.WorkspaceId, agent.AgentId, "user 7", "10.0.0.1", Ended);
        await using var db = Hub.Database.Connect();
        var lines = await db.AuditEvents.OrderBy(line => line.Sequence).ToListAsync(Ended);
        Assert.Equal(["agent.enrol", "agent.revoke"], lines.Select(line => line.Act));
        Assert.All(lines, line => Assert.Equal((agent.AgentId, agent.WorkspaceId), (line.Object, line.WorkspaceId)));
        Assert.Equal(("user 7", "10.0.0.1", "192.0.2.7"), (lines[1].Actor, lines[1].Address, lines[0].Address));
    }

    [Fact]
    public async Task LastSeenIsWrittenBehind()
    {
        var agent = await Hub.NewAgentAsync(await Hub.DefaultWorkspaceAsync());
        Hub.Agents.Touch(agent.AgentId, "198.51.100.9");
        Hub.Agents.Touch("unknown", "198.51.100.9");
        await using var db = Hub.Database.Connect();
        await Until.TrueAsync(
            () => db.Agents.AnyAsync(row => row.LastSeenAt != null && row.LastAddress == "198.51.100.9", Ended),
            "the agent's last address");
    }

    private async Task<string> KeyAsync() => await Hub.NewKeyAsync(await Hub.DefaultWorkspaceAsync());

    private Task<EnrolResult> EnrolAsync(byte[] spki, string secret, string label = "machine") =>
        Hub.Agents.EnrolAsync(spki, label, secret, "192.0.2.7", Ended);
}

public sealed class EnrolmentTestsOnSqlite() : EnrolmentTests(null);

public sealed class EnrolmentTestsOnPostgres(PostgresServer server) : EnrolmentTests(server);
