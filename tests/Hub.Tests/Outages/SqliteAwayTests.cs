using System.Net;
using Microsoft.Data.Sqlite;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Outages;

/// <summary>The file is held by somebody else: writes are refused soon, reads and memory go on.</summary>
public sealed class SqliteAwayTests : IAsyncLifetime
{
    private readonly TestEngine _engine = new(null);
    private TestHub _hub = null!;
    private HttpClient _client = null!;
    private string _key = "";

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hub = await TestHub.StartAsync(_engine, DatabaseLimits.Default);
        _client = await _hub.ListenAsync();
        _key = await _hub.NewKeyAsync(await _hub.DefaultWorkspaceAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _hub.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task FileThatIsLockedTakesNoWrites()
    {
        var known = TestKeys.NewSpki();
        Assert.Equal(HttpStatusCode.Created, await EnrolAsync(known));
        await using (var holder = new SqliteConnection(
            $"Data Source={Path.Combine(_engine.Folder, DatabaseUrl.FileName)};Pooling=false"))
        {
            await holder.OpenAsync(Ended);
            // BEGIN IMMEDIATE: the writer's lock.
            await using var transaction = await holder.BeginTransactionAsync(Ended);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await EnrolAsync(TestKeys.NewSpki()));
            Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/agents"));
            Assert.NotNull(_hub.Agents.Find(known));
        }

        await EverythingWorksAsync();
    }

    private async Task EverythingWorksAsync()
    {
        await Until.TrueAsync(async () => await EnrolAsync(TestKeys.NewSpki()) == HttpStatusCode.Created, "an enrolment");
        Assert.Null((await AuditVerification.RunAsync(_hub.Database, await _hub.DefaultWorkspaceAsync(), Ended)).Broken);
    }

    private async Task<HttpStatusCode> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request);
    }

    private async Task<HttpStatusCode> EnrolAsync(byte[] spki)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/enrolments")
        {
            Content = new StringContent(
                $$"""{"publicKey":"{{Convert.ToBase64String(spki)}}","label":"box"}""", System.Text.Encoding.UTF8,
                "application/json"),
        };
        return await SendAsync(request);
    }

    private async Task<HttpStatusCode> SendAsync(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_key}");
        using var answer = await _client.SendAsync(request, Ended);
        return answer.StatusCode;
    }
}
