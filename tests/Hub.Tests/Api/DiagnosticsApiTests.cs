using System.Net;
using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class DiagnosticsApiTests(PostgresServer? server) : ApiSuite(server)
{
    private static readonly string Nobody = Guid.Empty.ToString("D");

    [Fact]
    public async Task DocumentComesBackAsItWas()
    {
        const string document = """{"steps":[{"name":"tcp","ms":1.5,"text":"ü\u0000<b>"}],"ok":true}""";
        var made = await PostAsync($$"""{"service":"db","document":{{document}}}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var id = made.Json.GetProperty("id").GetString();
        var read = await SendAsync("GET", $"/v1/diagnostics/{id}", Key);
        // The time by the millisecond, as SQLite keeps it.
        Assert.Equal(made.Json.GetProperty("id").GetString(), read.Json.GetProperty("id").GetString());
        Assert.Equal(made.Json.GetProperty("document").GetRawText(), read.Json.GetProperty("document").GetRawText());
        Assert.Equal("ü\0<b>", read.Json.GetProperty("document").GetProperty("steps")[0].GetProperty("text").GetString());
        var list = await SendAsync("GET", "/v1/diagnostics", Key);
        Assert.Equal(id, Assert.Single(list.Json.GetProperty("items").EnumerateArray().ToList()).GetProperty("id").GetString());
        var stranger = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("b"));
        var foreign = await SendAsync("GET", $"/v1/diagnostics/{id}", stranger);
        AssertProblem(foreign, HttpStatusCode.NotFound, "not_found");
        Assert.Equal(
            (await SendAsync("GET", $"/v1/diagnostics/{Nobody}", stranger)).Json.GetProperty("detail").GetString(),
            foreign.Json.GetProperty("detail").GetString());
        Assert.Empty((await SendAsync("GET", "/v1/diagnostics", stranger)).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"document":[]}""", "bad_document")]
    [InlineData("""{"document":"x"}""", "bad_document")]
    [InlineData("""{"document":{},"service":"Not A Name"}""", "bad_service")]
    [InlineData("""{"document":{},"workspaceId":"x"}""", "bad_body")]
    [InlineData("""{"service":"db"}""", "bad_body")]
    public async Task WhatIsNoDiagnosticIsRefused(string body, string code) =>
        AssertProblem(await PostAsync(body), HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task DocumentIsBounded()
    {
        var fits = new string('x', Diagnostics.MaximumBytes - 10);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync($$$"""{"document":{"x":"{{{fits}}}"}}""")).Status);
        AssertProblem(
            await PostAsync($$$"""{"document":{"x":"{{{fits}}}xxx"}}"""), HttpStatusCode.BadRequest, "bad_document");
    }

    [Fact]
    public async Task ShareLinkOpensOneDiagnosticUntilItIsRevoked()
    {
        var id = (await PostAsync("""{"service":"db","document":{"secretOf":"one"}}""")).Json.GetProperty("id").GetString()!;
        await PostAsync("""{"document":{"secretOf":"other"}}""");
        var link = await SendAsync("POST", $"/v1/diagnostics/{id}/share-links", Key, "{}");
        Assert.Equal(HttpStatusCode.Created, link.Status);
        var secret = link.Json.GetProperty("secret").GetString()!;

        var shared = await SendAsync("GET", "/v1/shared-diagnostic", secret);
        Assert.Equal("one", shared.Json.GetProperty("document").GetProperty("secretOf").GetString());
        // It names neither the diagnostic, nor the workspace, nor who made it.
        Assert.Equal(["createdAt", "document", "expiresAt", "service"],
            shared.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("GET", $"/v1/diagnostics/{id}", secret)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("GET", "/v1/shared-diagnostic", Key)).Status);

        var linkId = link.Json.GetProperty("id").GetString()!;
        var listed = await SendAsync("GET", "/v1/share-links", Key);
        Assert.DoesNotContain(secret, listed.Text, StringComparison.Ordinal);
        Assert.Contains(linkId, listed.Text, StringComparison.Ordinal);
        var stranger = await Hub.NewKeyAsync(await Hub.NewWorkspaceAsync("b"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", $"/v1/share-links/{linkId}", stranger)).Status);
        Assert.Equal(HttpStatusCode.NotFound,
            (await SendAsync("POST", $"/v1/diagnostics/{id}/share-links", stranger, "{}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/share-links/{linkId}", Key)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", $"/v1/share-links/{linkId}", Key)).Status);
        AssertProblem(await SendAsync("GET", "/v1/shared-diagnostic", secret), HttpStatusCode.Unauthorized, "bad_credentials");

        await using var db = Hub.Database.Connect();
        Assert.Equal(["diagnostic.share", "diagnostic.unshare"],
            await db.AuditEvents.Where(line => line.WorkspaceId == Workspace && line.Act != "api.request")
                .OrderBy(line => line.Sequence).Select(line => line.Act).ToListAsync(Ended));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2592001")]
    public async Task LifeIsBounded(string seconds)
    {
        var id = (await PostAsync("""{"document":{}}""")).Json.GetProperty("id").GetString()!;
        AssertProblem(
            await SendAsync("POST", $"/v1/diagnostics/{id}/share-links", Key, $$"""{"lifeSeconds":{{seconds}}}"""),
            HttpStatusCode.BadRequest, "bad_life");
    }

    private Task<Answer> PostAsync(string body) => SendAsync("POST", "/v1/diagnostics", Key, body);
}

public sealed class DiagnosticsApiTestsOnSqlite() : DiagnosticsApiTests(null);

public sealed class DiagnosticsApiTestsOnPostgres(PostgresServer server) : DiagnosticsApiTests(server);
