using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class AuditApiTests(PostgresServer? server) : ApiSuite(server)
{
    [Fact]
    public async Task ListIsNewestFirstInPagesAndFiltered()
    {
        for (var i = 1; i <= 7; i++)
            await Hub.Audit.WriteAsync(Workspace, $"user {i % 2}", "", i == 3 ? "a.three" : "a.other", $"{i}", "done", Ended);
        await Hub.Audit.WriteAsync(null, "stranger", "", "a.other", "not yours", "done", Ended);
        await Hub.Audit.WriteAsync(await Hub.NewWorkspaceAsync("b"), "user 0", "", "a.other", "not yours", "done", Ended);

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = await SendAsync("GET", $"/v1/audit-events?limit=3{cursor}", Key);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            seen.AddRange(Objects(page));
            cursor = page.Json.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(["7", "6", "5", "4", "3", "2", "1"], seen);
        Assert.Equal(["3"], Objects(await SendAsync("GET", "/v1/audit-events?act=a.three", Key)));
        Assert.Equal(["6", "4", "2"], Objects(await SendAsync("GET", "/v1/audit-events?actor=user%200", Key)));
        Assert.Empty(Objects(await SendAsync("GET", "/v1/audit-events?until=2001-01-01", Key)));
        Assert.Equal(7, Objects(await SendAsync("GET", "/v1/audit-events?since=2001-01-01T00:00:00Z", Key)).Count);
        AssertProblem(await SendAsync("GET", "/v1/audit-events?since=now", Key), HttpStatusCode.BadRequest, "bad_since");
        AssertProblem(await SendAsync("GET", "/v1/audit-events?cursor=YQ", Key), HttpStatusCode.BadRequest, "bad_cursor");
    }

    [Fact]
    public async Task NeedsItsScope() => AssertProblem(
        await SendAsync("GET", "/v1/audit-events", await Hub.NewKeyAsync(Workspace, Scopes.Agents, Scopes.Services)),
        HttpStatusCode.Forbidden, "missing_scope");

    [Fact]
    public async Task ExportCanBeCheckedWithoutTheHub()
    {
        for (var i = 0; i < 1_100; i++)
            await Hub.Audit.WriteAsync(Workspace, "user ü", "192.0.2.1", "a.b", $"\"{i}\" =x", "done", Ended);
        var export = await SendAsync("GET", "/v1/audit-events/export?format=jsonl", Key);
        Assert.Equal("application/jsonl", export.Headers["Content-Type"]);
        var previous = "";
        var lines = export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1_100, lines.Length);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            previous = HashByHand(previous, json.RootElement);
            Assert.Equal(previous, json.RootElement.GetProperty("hash").GetString());
        }
    }

    [Theory]
    [InlineData("=HYPERLINK(\"x\")", "'=HYPERLINK(\"\"x\"\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData(" =1", "' =1")]
    [InlineData("plain, \"quoted\"", "plain, \"\"quoted\"\"")]
    public async Task CsvIsTextToASpreadsheet(string subject, string cell)
    {
        await Hub.Audit.WriteAsync(Workspace, "a", "", "x.y", subject, "done", Ended);
        var export = await SendAsync("GET", "/v1/audit-events/export?format=csv", Key);
        Assert.StartsWith("text/csv", export.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains($",\"{cell}\",\"done\",", export.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedRequestsAreRecorded()
    {
        await SendAsync("GET", "/v1/agents", "pc_" + new string('0', 48));
        var narrow = await Hub.NewKeyAsync(Workspace, Scopes.Services);
        await SendAsync("GET", "/v1/agents", narrow);
        await Until.TrueAsync(
            async () => Objects(await SendAsync("GET", "/v1/audit-events?act=api.request", Key)).Count == 1, "the refusal");
        var dump = "";
        await Until.TrueAsync(
            async () => (dump = await ExportOfHubAsync()).Contains("wrong key or token", StringComparison.Ordinal),
            "the stranger's refusal");
        Assert.DoesNotContain(new string('0', 48), dump, StringComparison.Ordinal);
    }

    private async Task<string> ExportOfHubAsync()
    {
        using var text = new MemoryStream();
        await AuditExport.WriteAsync(
            Hub.Database, [""], new Hub.Data.AuditFilter(), AuditExport.JsonLines, text, Ended);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static List<string> Objects(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("object").GetString()!)];

    /// <summary>The encoding of docs/decisions/0029, written a second time.</summary>
    private static string HashByHand(string previous, JsonElement line)
    {
        using var bytes = new MemoryStream();
        string[] fields =
        [
            "privateconnect audit 1", previous, line.GetProperty("workspaceId").GetString()!,
            line.GetProperty("sequence").GetRawText(),
            .. ((string[])["at", "actor", "address", "act", "object", "outcome"])
                .Select(name => line.GetProperty(name).GetString()!),
        ];
        foreach (var field in fields)
        {
            var text = Encoding.UTF8.GetBytes(field);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
    }
}

public sealed class AuditApiTestsOnSqlite() : AuditApiTests(null);

public sealed class AuditApiTestsOnPostgres(PostgresServer server) : AuditApiTests(server);
