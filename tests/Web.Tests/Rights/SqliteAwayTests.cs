using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Web.Tests.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>
/// SQLite has no more room, may not write, or another holds its file: streams live on and known agents come back, a right that
/// cannot be kept is refused with the reason and does not hold, and all is whole afterwards.
/// </summary>
public sealed class SqliteAwayTests : IAsyncLifetime
{
    // More than the hub uses at once.
    private const int Connections = 32;

    // A small write may still fit into the last pages of a full file.
    private const int MostThatFits = 150;

    private RightsFixture _hub = null!;
    private HttpClient _api = null!;
    private DbConnection? _holder;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        _hub = await RightsFixture.StartAsync();
        _api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_hub.ApiPort}") };
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _hub.Key);
    }

    public async ValueTask DisposeAsync()
    {
        if (_holder is not null) await _holder.DisposeAsync();
        _api.Dispose();
        await _hub.DisposeAsync();
    }

    [Theory]
    [InlineData("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000")] // SQLite's words for "as large as it is now"
    [InlineData("PRAGMA query_only = 1", "PRAGMA query_only = 0")]
    [InlineData("BEGIN IMMEDIATE", "ROLLBACK")]
    public async Task StreamsLiveOnAndRightsAreRefusedUntilItIsBack(string stop, string go)
    {
        var (agent, _) = await _hub.AgentAsync("box");
        var port = ((ServicePublished)await agent.ExposeAsync("db", _hub.EchoPort)).Port;
        await RightsSteps.WrittenAsync(_hub, "db");
        using var visitor = await SitePeople.VisitAsync(port);
        await RightsFixture.EchoAsync(visitor);

        var granted = 0;
        while (true)
        {
            await TellAsync(stop);
            var (status, said) = await GrantAsync();
            if (status == HttpStatusCode.ServiceUnavailable)
            {
                Assert.Contains("\"code\":\"database\"", said, StringComparison.Ordinal);
                break;
            }

            Assert.Equal(HttpStatusCode.Created, status);
            Assert.True(++granted < MostThatFits, "the database takes everything");
        }

        Assert.Equal(granted, await GrantsAsync());
        await RightsFixture.EchoAsync(visitor);
        using (var another = await SitePeople.VisitAsync(port))
            await RightsFixture.EchoAsync(another);
        await agent.DisposeAsync();
        agent = await _hub.ConnectAsync("box");
        Assert.Equal(port, ((ServicePublished)await agent.ExposeAsync("db", _hub.EchoPort)).Port);

        await Door.Wait.UntilAsync(async () =>
        {
            await TellAsync(go);
            return (await GrantAsync()).Status == HttpStatusCode.Created;
        });
        Assert.Equal(granted + 1, await GrantsAsync());
        Assert.Null((await AuditVerification.RunAsync(_hub.Get<Database>(), _hub.Workspace, CancellationToken.None)).Broken);
    }

    /// <summary>A lock is one connection's; all else is told to every connection of the hub's, those that wait in its pool.</summary>
    private async Task TellAsync(string sql)
    {
        if (!sql.StartsWith("PRAGMA", StringComparison.Ordinal))
        {
            if (_holder is null == (sql == "ROLLBACK")) return;
            _holder ??= await OpenAsync();
            await ExecuteAsync(_holder, sql);
            if (sql != "ROLLBACK") return;
            await _holder.DisposeAsync();
            _holder = null;
            return;
        }

        var all = new List<DbConnection>();
        while (all.Count < Connections) all.Add(await OpenAsync());
        foreach (var one in all) await ExecuteAsync(one, sql);
        foreach (var one in all) await one.DisposeAsync();
    }

    private async Task<DbConnection> OpenAsync()
    {
        var connection = _hub.Get<Database>().CreateConnection();
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<(HttpStatusCode Status, string Said)> GrantAsync()
    {
        using var body = new StringContent($$"""{"kind":"tag","subject":"t{{++_asked}}"}""", Encoding.UTF8, "application/json");
        using var answer = await _api.PostAsync(new Uri("/v1/services/db/grants", UriKind.Relative), body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<int> GrantsAsync()
    {
        var list = await _api.GetStringAsync(new Uri("/v1/services/db/grants", UriKind.Relative));
        return JsonDocument.Parse(list).RootElement.GetProperty("items").GetArrayLength();
    }
}
