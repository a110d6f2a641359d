using System.Net;
using LinqToDB;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class TunnelsApiTests(PostgresServer? server) : ApiSuite(server)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task HistoryIsNewestFirstInPagesAndFiltered()
    {
        for (var i = 0; i < 7; i++) await InsertAsync(Workspace, i, i % 2 == 0 ? "db" : "web");
        await InsertAsync(await Hub.NewWorkspaceAsync("b"), 9, "db");
        var seen = new List<long>();
        var cursor = "";
        do
        {
            var page = await SendAsync("GET", $"/v1/tunnels?limit=2{cursor}", Key);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            seen.AddRange(Bytes(page));
            cursor = page.Json.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal([6, 5, 4, 3, 2, 1, 0], seen);
        Assert.Equal([5, 3, 1], Bytes(await SendAsync("GET", "/v1/tunnels?service=web", Key)));
        Assert.Equal([3, 2], Bytes(await SendAsync(
            "GET", "/v1/tunnels?since=2026-01-01T00:02:00Z&until=2026-01-01T00:04:00Z", Key)));
        AssertProblem(await SendAsync("GET", "/v1/tunnels?service=%00", Key), HttpStatusCode.BadRequest, "bad_service");
        AssertProblem(
            await SendAsync("GET", "/v1/tunnels", await Hub.NewKeyAsync(Workspace, Scopes.Agents)),
            HttpStatusCode.Forbidden, "missing_scope");
    }

    private async Task InsertAsync(string workspace, int minute, string service)
    {
        await using var db = Hub.Database.Connect();
        await db.InsertAsync(
            new TunnelRow
            {
                Id = Guid.CreateVersion7(Start.AddMinutes(minute)).ToString("D"),
                WorkspaceId = workspace,
                Minute = Start.AddMinutes(minute),
                Service = service,
                AgentId = "a",
                Port = 23000,
                Visitor = "loopback",
                Ending = "done",
                Streams = 1,
                BytesIn = minute,
                BytesOut = 0,
            },
            token: Ended);
    }

    private static List<long> Bytes(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("bytesIn").GetInt64())];
}

public sealed class TunnelsApiTestsOnSqlite() : TunnelsApiTests(null);

public sealed class TunnelsApiTestsOnPostgres(PostgresServer server) : TunnelsApiTests(server);
