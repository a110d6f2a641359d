using System.Net;
using System.Net.Sockets;
using LinqToDB.Async;
using Microsoft.AspNetCore.Connections;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

/// <summary>A real visitor at a real tunnel port, an agent in memory: what API and metrics say of the stream, and ending it.</summary>
public abstract class StreamsApiTests(PostgresServer? server) : ApiSuite(server)
{
    private static readonly ServiceShare s_share = new(20, 50_000_000, 10_000_000);

    [Fact]
    public async Task AStreamIsToldWithItsBytesAndEndedByHand()
    {
        await using var agent = await MemoryAgent.ConnectAsync(Hub, Workspace);
        var at = await agent.PublishAsync(Hub, Workspace, "db", s_share);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(at, Ended);
        await using var stream = (await agent.Session.AcceptAsync(Ended))!;
        await visitor.SendAsync(new byte[1_000], Ended);
        await stream.Transport.Output.WriteAsync(new byte[300], Ended);
        await ReadAsync(stream, 1_000);
        var got = 0;
        while (got < 300) got += await visitor.ReceiveAsync(new byte[300], Ended);

        using var sampler = new LiveSampler(Hub.Get<HubRelay>(), Hub.Get<HubOptions>(), Hub.Live, Hub.Get<FlowHistories>(), TimeProvider.System);
        // The visitor may have the bytes a moment before the relay has counted them.
        while (sampler.Sample() is var sample)
        {
            Hub.Live.Publish(sample);
            if (sample.Services is [{ BytesIn: 300 }]) break;
            await Task.Yield();
            Ended.ThrowIfCancellationRequested();
        }

        var told = (await SendAsync("GET", "/v1/services/db/streams", Key)).Json;
        Assert.Equal(
            (1, 20, 50_000_000L, 10_000_000L),
            (told.GetProperty("live").GetInt32(), told.GetProperty("weight").GetInt32(),
                told.GetProperty("limitBitsPerSecond").GetInt64(), told.GetProperty("floorBitsPerSecond").GetInt64()));
        var one = Assert.Single(told.GetProperty("items").EnumerateArray());
        Assert.Equal((300, 1_000), (one.GetProperty("bytesIn").GetInt32(), one.GetProperty("bytesOut").GetInt32()));
        Assert.Equal(visitor.LocalEndPoint!.ToString(), one.GetProperty("peer").GetString());
        var id = one.GetProperty("id").GetString();

        var other = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("other"));
        AssertProblem(await SendAsync("DELETE", $"/v1/services/db/streams/{id}", other), HttpStatusCode.NotFound, "not_found");
        AssertProblem(await SendAsync("GET", "/v1/services/db/streams", other), HttpStatusCode.NotFound, "not_found");
        AssertProblem(await SendAsync("DELETE", "/v1/services/db/streams/1-999", Key), HttpStatusCode.NotFound, "not_found");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/services/db/streams/{id}", Key)).Status);

        var reset = await Assert.ThrowsAsync<StreamResetException>(() => ReadAsync(stream, 1));
        Assert.Equal(StreamError.Killed, reset.Error);
        var broken = await Assert.ThrowsAsync<SocketException>(async () => await visitor.ReceiveAsync(new byte[1], Ended));
        Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
        await using var db = Hub.Database.Connect();
        var line = await db.AuditEvents.SingleAsync(row => row.Act == "stream.kill", Ended);
        Assert.StartsWith($"db {id} ", line.Object, StringComparison.Ordinal);
        var service = Hub.Get<HubRelay>().Registry.FindService(Workspace, "db")!;
        Assert.Equal(1, service.Endings.Read()[StreamError.Killed]);
    }

    [Fact]
    public async Task WhatStandsStillIsToldAgainAndWhatMovesAnew()
    {
        await using var agent = await MemoryAgent.ConnectAsync(Hub, Workspace);
        var at = await agent.PublishAsync(Hub, Workspace, "db");
        await agent.PublishAsync(Hub, Workspace, "quiet");
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(at, Ended);
        await using var stream = (await agent.Session.AcceptAsync(Ended))!;
        await visitor.SendAsync(new byte[1_000], Ended);
        await ReadAsync(stream, 1_000);
        using var sampler = new LiveSampler(Hub.Get<HubRelay>(), Hub.Get<HubOptions>(), Hub.Live, Hub.Get<FlowHistories>(), TimeProvider.System);
        await Eventually.TrueAsync(() => IsSame(), "two samples are the same");
        var kept = Hub.Live.Current.Services;

        await visitor.SendAsync(new byte[10], Ended);
        await ReadAsync(stream, 10);
        await Eventually.TrueAsync(() => !IsSame(), "the bytes are told");
        var (before, after) = (One(kept, "db"), One(Hub.Live.Current.Services, "db"));
        Assert.Equal((1_000, 1_010), (before.BytesOut, after.BytesOut));
        await Eventually.TrueAsync(() => IsSame(), "two samples are the same again");
        Assert.Equal(0, One(Hub.Live.Current.Services, "db").OutRate);

        bool IsSame()
        {
            var seen = Hub.Live.Current.Services;
            Hub.Live.Publish(sampler.Sample());
            return ReferenceEquals(seen, Hub.Live.Current.Services);
        }

        static LiveService One(IReadOnlyList<LiveService> services, string name) => Assert.Single(services, one => one.Name == name);
    }

    [Fact]
    public async Task WordsOnAStreamThatStandsStillAreKeptUntilItMovesAndAfterItStoppedTheyTellTheEnd()
    {
        await using var agent = await MemoryAgent.ConnectAsync(Hub, Workspace);
        var at = await agent.PublishAsync(Hub, Workspace, "db");
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(at, Ended);
        await using var stream = (await agent.Session.AcceptAsync(Ended))!;
        using var sampler = new LiveSampler(Hub.Get<HubRelay>(), Hub.Get<HubOptions>(), Hub.Live, Hub.Get<FlowHistories>(), TimeProvider.System);
        // The agent's OPENED may still be on its way: what its session says makes the hub look again.
        LiveStream first = null!;
        await Eventually.TrueAsync(
            () =>
            {
                first = Look();
                return ReferenceEquals(first, Look()) && ReferenceEquals(first, Look());
            },
            "three looks are the same");

        await visitor.SendAsync(new byte[1_000], Ended);
        await ReadAsync(stream, 1_000);
        LiveStream moved;
        while ((moved = Look()).BytesOut < 1_000) Ended.ThrowIfCancellationRequested();
        Assert.NotSame(first, moved);
        // One look that it stands still, then that one again.
        var still = Look();
        while (still.OutRate > 0) still = Look();
        Assert.Equal(1_000, still.BytesOut);
        Assert.Same(Look(), Look());

        LiveStream Look() => Assert.Single(Assert.Single(sampler.Sample().Services).Busiest);
    }

    [Fact]
    public async Task MetricsCountTheSameBytesAndNameNothingOfOthers()
    {
        await using var agent = await MemoryAgent.ConnectAsync(Hub, Workspace);
        var at = await agent.PublishAsync(Hub, Workspace, "db");
        using (var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await visitor.ConnectAsync(at, Ended);
            await using var stream = (await agent.Session.AcceptAsync(Ended))!;
            await visitor.SendAsync(new byte[700], Ended);
            await ReadAsync(stream, 700);
            visitor.LingerState = new LingerOption(true, 0);
        }

        var service = Hub.Get<HubRelay>().Registry.FindService(Workspace, "db")!;
        var endings = Hub.Get<HubRelay>().Problems.Endings;
        await Eventually.TrueAsync(() => service.Totals().Streams == 0 && endings.Read().Values.Sum() == 1, "the stream is over, and counted");
        using var sampler = new LiveSampler(Hub.Get<HubRelay>(), Hub.Get<HubOptions>(), Hub.Live, Hub.Get<FlowHistories>(), TimeProvider.System);
        Hub.Live.Publish(sampler.Sample());
        var text = await MetricsAsync(Key);
        Assert.Contains("privateconnect_service_sent_bytes_total{service=\"db\"} 700\n", text, StringComparison.Ordinal);
        Assert.Contains("privateconnect_agents 1\n", text, StringComparison.Ordinal);
        Assert.Contains("privateconnect_streams_ended_total{cause=\"", text, StringComparison.Ordinal);

        var other = await MetricsAsync(await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("other"), Scopes.Metrics));
        Assert.Contains("privateconnect_agents 1\n", other, StringComparison.Ordinal);
        Assert.DoesNotContain("db", other, StringComparison.Ordinal);
        Assert.DoesNotContain("box", other, StringComparison.Ordinal);
        using var noScope = await AskAsync(await Hub.NewKeyAsync(Workspace, Scopes.Services));
        Assert.Equal(HttpStatusCode.Forbidden, noScope.StatusCode);
        using var noKey = await Client.GetAsync("/metrics", Ended);
        Assert.Equal(HttpStatusCode.Unauthorized, noKey.StatusCode);
    }

    private async Task<string> MetricsAsync(string key)
    {
        using var answer = await AskAsync(key);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync(Ended);
    }

    private async Task<HttpResponseMessage> AskAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return await Client.SendAsync(request, Ended);
    }

    private static async Task ReadAsync(ConnectionContext stream, long wanted)
    {
        while (wanted > 0)
        {
            var read = await stream.Transport.Input.ReadAsync(Ended);
            wanted -= read.Buffer.Length;
            stream.Transport.Input.AdvanceTo(read.Buffer.End);
        }
    }
}

public sealed class StreamsApiTestsOnSqlite() : StreamsApiTests(null);

public sealed class StreamsApiTestsOnPostgres(PostgresServer server) : StreamsApiTests(server);
