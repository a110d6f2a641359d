using System.Net;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Events;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Hub.Tests.Events;

public abstract class EventStreamTests(PostgresServer? server) : ApiSuite(server)
{
    [Fact]
    public async Task ReaderGetsItsWorkspacesEventsAndGoesOnWhereItWas()
    {
        var feed = Hub.Get<EventFeed>();
        string last;
        await using (var reader = await OpenAsync(Key))
        {
            feed.RightsChanged("another workspace", "not for this reader");
            feed.RightsChanged(Workspace, "first");
            feed.RightsChanged(Workspace, "second");
            Assert.Contains("\"what\":\"first\"", (await reader.NextAsync()).Data, StringComparison.Ordinal);
            var second = await reader.NextAsync();
            Assert.Equal("rights.changed", second.Type);
            last = second.Id;
        }

        feed.RightsChanged(Workspace, "third");
        await using var again = await OpenAsync(Key, last);
        Assert.Contains("\"what\":\"third\"", (await again.NextAsync()).Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other-1")]
    [InlineData("nonsense")]
    public async Task ReaderFromAnotherRunIsToldToStartAnew(string last)
    {
        await using var reader = await OpenAsync(Key, last);
        Assert.Equal("reset", (await reader.NextAsync()).Type);
        Hub.Get<EventFeed>().RightsChanged(Workspace, "next");
        Assert.Equal("rights.changed", (await reader.NextAsync()).Type);
    }

    [Fact]
    public async Task ReaderThatMissedMoreThanIsKeptIsToldToStartAnew()
    {
        var feed = Hub.Get<EventFeed>();
        feed.RightsChanged(Workspace, "seen");
        for (var i = 0; i <= EventRing.Kept; i++) feed.RightsChanged(Workspace, "missed");
        await using var reader = await OpenAsync(Key, $"{feed.Run}-1");
        Assert.Equal("reset", (await reader.NextAsync()).Type);
    }

    [Fact]
    public async Task KeySeesWhatItsScopesCover()
    {
        var feed = Hub.Get<EventFeed>();
        await using var reader = await OpenAsync(await Hub.NewKeyAsync(Workspace, Scopes.Services));
        feed.Publish(Workspace, EventType.AgentUp, new EventData(DateTimeOffset.UnixEpoch));
        feed.Publish(Workspace, EventType.ServiceUp, new EventData(DateTimeOffset.UnixEpoch));
        Assert.Equal("service.up", (await reader.NextAsync()).Type);
    }

    [Fact]
    public async Task RevokedAgentAndDeletedServiceAreTold()
    {
        var agent = await Hub.NewAgentAsync(Workspace);
        await Hub.Services.RecordPublishedAsync(Workspace, "db", agent.AgentId, "localhost:1", 23000, Ended);
        await using var reader = await OpenAsync(Key);
        await SendAsync("DELETE", "/v1/services/db", Key);
        Assert.Contains("\"service\":\"db\",\"what\":\"service.delete\"", (await reader.NextAsync()).Data, StringComparison.Ordinal);
        await SendAsync("DELETE", $"/v1/agents/{agent.AgentId}", Key);
        Assert.Contains($"\"agentId\":\"{agent.AgentId}\",\"what\":\"agent.revoke\"", (await reader.NextAsync()).Data,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyThatEndsEndsItsReaders()
    {
        var key = await Hub.NewKeyAsync(Workspace);
        await using var reader = await OpenAsync(key);
        await using var other = await OpenAsync(Key);
        await Hub.ExecuteAsync($"UPDATE api_keys SET revoked_at = created_at WHERE hash = '{TokenSecret.Hash(key)}'");
        await reader.EndAsync();
        Hub.Get<EventFeed>().RightsChanged(Workspace, "still here");
        Assert.Equal("rights.changed", (await other.NextAsync()).Type);
    }

    [Fact]
    public async Task ReadersOfAKeyAreCounted()
    {
        var readers = new List<EventReader>();
        for (var i = 0; i < EventSeats.PerKey; i++) readers.Add(await OpenAsync(Key));
        AssertProblem(await SendAsync("GET", "/v1/events", Key), HttpStatusCode.TooManyRequests, "too_many_event_streams");
        await using (await OpenAsync(await Hub.NewKeyAsync(Workspace))) { }
        foreach (var reader in readers) await reader.DisposeAsync();
        await Until.TrueAsync(
            async () =>
            {
                using var response = await EventReader.SendAsync(Client, Key, null, Ended);
                return response.IsSuccessStatusCode;
            },
            "a seat that was given back");
    }

    private protected async Task<EventReader> OpenAsync(string key, string? last = null) =>
        await EventReader.OpenAsync(await EventReader.SendAsync(Client, key, last, Ended), Ended);
}

public sealed class EventStreamTestsOnSqlite() : EventStreamTests(null)
{
    /// <summary>What no outage explains: the key's row has an end that is no time. (PostgreSQL has a type for it.)</summary>
    [Fact]
    public async Task KeyThatCannotBeCheckedEndsItsReadersAndTheirSeatsAreFree()
    {
        var key = await Hub.NewKeyAsync(Workspace);
        var readers = new List<EventReader>();
        for (var i = 0; i < EventSeats.PerKey; i++) readers.Add(await OpenAsync(key));
        await Hub.ExecuteAsync($"UPDATE api_keys SET expires_at = 'never' WHERE hash = '{TokenSecret.Hash(key)}'");
        foreach (var reader in readers)
        {
            await reader.EndAsync().WithinCap();
            await reader.DisposeAsync();
        }

        await Hub.ExecuteAsync($"UPDATE api_keys SET expires_at = NULL WHERE hash = '{TokenSecret.Hash(key)}'");
        await Until.TrueAsync(
            async () =>
            {
                using var response = await EventReader.SendAsync(Client, key, null, Ended);
                return response.IsSuccessStatusCode;
            },
            "a seat that was given back");
    }
}

public sealed class EventStreamTestsOnPostgres(PostgresServer server) : EventStreamTests(server);
