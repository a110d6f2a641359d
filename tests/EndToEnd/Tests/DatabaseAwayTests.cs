using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrivateConnect.EndToEnd.Streams;
using PrivateConnect.Hub.Tests.Support;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>
/// The data path makes no database call: with every process of PostgreSQL stopped, or dead, streams move every byte, new
/// visitors come, and an agent that the hub knows comes back.
/// </summary>
[Trait("Category", Suites.Faults)]
public sealed class DatabaseAwayTests
{
    private const int StreamBytes = 64 * 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StreamsAndKnownAgentsLiveOn(bool stopped)
    {
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        await using var tunnel = new Tunnel();
        await tunnel.StartHubAsync(new Dictionary<string, string>
        {
            ["DATABASE_URL"] = postgres.Url(await postgres.NewDatabaseAsync()),
        });
        using var target = new TargetListener();
        var port = await tunnel.ExposeAsync("main", target.Port);
        using var visitor = await Peer.ConnectAsync(port);
        using var service = await target.AcceptAsync();
        var bytes = Pattern.Bytes(StreamBytes);
        var received = service.ReadToEndAsync();
        await visitor.SendAsync(bytes.AsMemory(0, StreamBytes / 4));

        if (stopped) await postgres.SignalAsync("STOP");
        else await postgres.KillAsync();
        await visitor.SendAsync(bytes.AsMemory(StreamBytes / 4));
        visitor.FinishSending();
        var answered = visitor.ReadToEndAsync();
        await service.SendPatternAsync(StreamBytes / 4);
        service.FinishSending();
        Assert.Equal(new Received(StreamBytes, true, Ending.CleanEnd), await received);
        Assert.Equal(new Received(StreamBytes / 4, true, Ending.CleanEnd), await answered);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await EnrolAsync(tunnel.Hub));

        await tunnel["expose main"].DisposeAsync();
        var again = await tunnel.ExposeAsync("main", target.Port);
        Assert.Equal(port, again);
        using (await Peer.ConnectAsync(again))
        using (await target.AcceptAsync())
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await EnrolAsync(tunnel.Hub));

        if (stopped) await postgres.SignalAsync("CONT");
        else await postgres.StartAsync();
        await Until.TrueAsync(
            async () => await EnrolAsync(tunnel.Hub) == HttpStatusCode.Created, "enrolling works again");
        await HistoryHasTheStreamAsync(tunnel.Hub);
    }

    /// <summary>The hub writes its last minute when it ends; the next one shows it.</summary>
    private static async Task HistoryHasTheStreamAsync(HubProcess hub)
    {
        Signals.Send(hub.Id, Signals.Terminate);
        await hub.Process.WaitForExitAsync();
        await hub.StartAsync();
        using var client = Client(hub);
        using var history = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{hub.Port}/v1/tunnels")));
        var rows = history.RootElement.GetProperty("items").EnumerateArray()
            .Where(row => row.GetProperty("service").GetString() == "main").ToList();
        Assert.Equal(StreamBytes, rows.Sum(row => row.GetProperty("bytesOut").GetInt64()));
        Assert.Equal(StreamBytes / 4, rows.Sum(row => row.GetProperty("bytesIn").GetInt64()));
        Assert.Contains(rows, row => row.GetProperty("ending").GetString() == "done");
        Assert.All(rows, row => Assert.Equal("loopback", row.GetProperty("visitor").GetString()));
    }

    private static async Task<HttpStatusCode> EnrolAsync(HubProcess hub)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var body = $$"""{"publicKey":"{{Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}}","label":"box"}""";
        using var client = Client(hub);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{hub.Port}/v1/enrolments"), content);
        return answer.StatusCode;
    }

    private static HttpClient Client(HubProcess hub) => new()
    {
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", hub.Key) },
    };
}
