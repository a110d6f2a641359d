using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>Diagnostics in the dashboard and their links, with a browser that runs no script.</summary>
public sealed partial class DiagnosticsPagesTests
{
    private const string Page = "/services/prod-db/diagnostics";
    private const string Payload = "<script>alert(1)</script>";

    [Fact]
    public async Task ResultIsShownSharedOnceAndRevoked()
    {
        await using var site = await SiteAsync();
        using var ran = await site.PostAsync(Page, $"{Page}?handler=run", new() { ["from"] = "hub" });
        Assert.Equal((HttpStatusCode.Found, Page), (ran.StatusCode, ran.Headers.Location!.OriginalString));
        Assert.Contains("agent-away", await site.ReadAsync(Page), StringComparison.Ordinal);
        Assert.Contains("prod-db", await site.ReadAsync("/diagnostics"), StringComparison.Ordinal);
        var row = await RowAsync(site);

        var secret = await ShareAsync(site, row.Id, "24");
        Assert.DoesNotContain(secret, await site.ReadAsync(Page), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await site.ReadAsync("/diagnostics"), StringComparison.Ordinal);
        var owner = new Dictionary<string, string>(site.Cookies);

        site.Cookies.Clear();
        using var opened = await OpenAsync(site, secret);
        var html = WebUtility.HtmlDecode(await opened.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Contains("agent-away", html, StringComparison.Ordinal);
        Assert.Equal("noindex, nofollow", opened.Headers.GetValues("X-Robots-Tag").Single());
        var agent = Assert.Single(site.App.Services.GetRequiredService<AgentDirectory>().All).AgentId;
        foreach (var id in (string[])[row.Id, row.WorkspaceId, row.Actor, secret, agent])
            Assert.DoesNotContain(id, html, StringComparison.Ordinal);

        Swap(site, owner);
        var link = LinkId().Match(await site.ReadAsync("/diagnostics")).Groups[1].Value;
        using var ended = await site.PostAsync("/diagnostics", "/diagnostics?handler=revoke", new() { ["id"] = link });
        Assert.Equal(HttpStatusCode.Found, ended.StatusCode);
        site.Cookies.Clear();
        var revoked = await AnswerAsync(site, secret);
        Assert.Equal(HttpStatusCode.NotFound, revoked.Status);
        Assert.Equal(revoked, await AnswerAsync(site, $"pd_{new string('0', 64)}"));
        Assert.Equal(revoked, await AnswerAsync(site, "nonsense"));
    }

    [Fact]
    public async Task ExpiredLinkAnswersAsAnUnknownOne()
    {
        await using var site = await SiteAsync();
        using var ran = await site.PostAsync(Page, $"{Page}?handler=run", new() { ["from"] = "hub" });
        var secret = await ShareAsync(site, (await RowAsync(site)).Id, "1");
        await using (var db = Connect(site))
            await db.ShareLinks.Set(link => link.ExpiresAt, DateTimeOffset.UtcNow.AddSeconds(-1)).UpdateAsync();
        site.Cookies.Clear();
        var expired = await AnswerAsync(site, secret);
        Assert.Equal(HttpStatusCode.NotFound, expired.Status);
        Assert.Equal(expired, await AnswerAsync(site, $"pd_{new string('0', 64)}"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("721")]
    [InlineData("ever")]
    public async Task LinkLivesAMonthAtMost(string hours)
    {
        await using var site = await SiteAsync();
        using var ran = await site.PostAsync(Page, $"{Page}?handler=run", new() { ["from"] = "hub" });
        using var refused = await site.PostAsync(Page, $"{Page}?handler=share", new() { ["id"] = (await RowAsync(site)).Id, ["hours"] = hours });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task WhoTriesManyCodesWaits()
    {
        await using var site = await SiteAsync();
        site.Cookies.Clear();
        var seen = new List<HttpStatusCode>();
        for (var i = 0; i < 25; i++)
            seen.Add((await AnswerAsync(site, $"pd_{i:d64}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, seen[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, seen[^1]);
    }

    [Theory]
    [InlineData("""{"version":1,"service":"X","state":"failed","verdict":"X","text":"X","next":"X","perspectives":[{"kind":"agent","from":"X","agent":"X","target":"X","state":"failed","verdict":"X","text":"X","next":"X","found":{"outcome":"connected","httpStatus":200,"httpReason":"X","certificate":{"subject":"X","issuer":"X","notBefore":"2026-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z","trust":"trusted"}}}]}""")]
    [InlineData("""{"anything":["X",{"X":1}]}""")]
    [InlineData("""{"text":null,"perspectives":[null],"state":77}""")]
    [InlineData("""{"text":"X","perspectives":[{"text":"X"}],"state":77}""")]
    public async Task WhatTargetsAndProgramsSayStaysText(string document)
    {
        await using var site = await SiteAsync();
        var stored = await site.App.Services.GetRequiredService<Diagnostics>().StoreAsync(
            await WorkspaceAsync(site), "prod-db", "test", document.Replace("X", Payload, StringComparison.Ordinal), default);
        foreach (var path in (string[])[Page, "/diagnostics"])
        {
            using var page = await site.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.DoesNotContain("<script>a", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var secret = await ShareAsync(site, stored.Id, "24");
        using var shared = await OpenAsync(site, secret);
        Assert.Equal(HttpStatusCode.OK, shared.StatusCode);
        Assert.DoesNotContain("<script>a", await shared.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ViewerSeesAndChangesNothing()
    {
        await using var site = await SiteAsync();
        using var ran = await site.PostAsync(Page, $"{Page}?handler=run", new() { ["from"] = "hub" });
        var row = await RowAsync(site);
        await ShareAsync(site, row.Id, "24");
        var link = LinkId().Match(await site.ReadAsync("/diagnostics")).Groups[1].Value;
        await BecomeAsync(site, Role.Viewer);
        var seen = await site.ReadAsync(Page);
        Assert.Contains("agent-away", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=run", seen, StringComparison.Ordinal);
        foreach (var (to, form) in ((string, Dictionary<string, string>)[])
        [
            ($"{Page}?handler=run", new() { ["from"] = "hub" }),
            ($"{Page}?handler=share", new() { ["id"] = row.Id, ["hours"] = "24" }),
            ("/diagnostics?handler=revoke", new() { ["id"] = link }),
        ])
        {
            using var refused = await site.PostAsync(Page, to, form);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        await using var db = Connect(site);
        Assert.Equal((1, 1), (await db.Diagnostics.CountAsync(), await db.ShareLinks.CountAsync(one => one.RevokedAt == null)));
    }

    [Fact]
    public async Task OtherServicesAreNotThere()
    {
        await using var site = await SiteAsync();
        using var page = await site.GetAsync("/services/other/diagnostics");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var ran = await site.PostAsync(Page, "/services/other/diagnostics?handler=run", new() { ["from"] = "hub" });
        Assert.Equal(HttpStatusCode.NotFound, ran.StatusCode);
        using var agent = await site.PostAsync(Page, $"{Page}?handler=run", new() { ["from"] = Guid.NewGuid().ToString() });
        Assert.Equal(HttpStatusCode.BadRequest, agent.StatusCode);
    }

    /// <summary>An owner, and a service whose agent is away.</summary>
    internal static async Task<SiteFixture> SiteAsync()
    {
        var site = await SiteFixture.StartAsync();
        (await site.SetUpAsync()).Dispose();
        var services = site.App.Services;
        var workspace = await WorkspaceAsync(site);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var enrolled = await services.GetRequiredService<AgentDirectory>().EnrolAsync(
            key.ExportSubjectPublicKeyInfo(), "box",
            await services.GetRequiredService<ApiKeys>().CreateAsync(workspace, "test", Scopes.All, null, default), "127.0.0.1", default);
        await services.GetRequiredService<ServiceDirectory>().RecordPublishedAsync(
            workspace, "prod-db", enrolled.Agent!.AgentId, "localhost:5432", 18_505, default);
        return site;
    }

    internal static async Task BecomeAsync(SiteFixture site, Role role)
    {
        await using var db = Connect(site);
        await db.Members.Set(member => member.Role, role).UpdateAsync();
    }

    internal static HubDb Connect(SiteFixture site) => site.App.Services.GetRequiredService<Database>().Connect();

    private static async Task<string> WorkspaceAsync(SiteFixture site)
    {
        await using var db = Connect(site);
        return (await db.FindWorkspaceAsync("default", default))!.Id;
    }

    private static async Task<DiagnosticRow> RowAsync(SiteFixture site)
    {
        await using var db = Connect(site);
        return await db.Diagnostics.OrderByDescending(row => row.Id).FirstAsync();
    }

    private static async Task<string> ShareAsync(SiteFixture site, string id, string hours)
    {
        using var made = await site.PostAsync(Page, $"{Page}?handler=share", new() { ["id"] = id, ["hours"] = hours });
        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        var link = Link().Match(await site.ReadAsync(Page));
        Assert.True(link.Success);
        // A reload shows it no more, and makes no second one.
        Assert.DoesNotMatch(Link(), await site.ReadAsync(Page));
        return link.Groups[1].Value;
    }

    private static Task<HttpResponseMessage> OpenAsync(SiteFixture site, string secret) =>
        site.PostAsync("/shared", "/shared", new() { ["code"] = secret });

    private static async Task<(HttpStatusCode Status, string Html)> AnswerAsync(SiteFixture site, string secret)
    {
        using var answer = await OpenAsync(site, secret);
        return (answer.StatusCode, SiteFixture.WithoutTokens(await answer.Content.ReadAsStringAsync()));
    }

    private static void Swap(SiteFixture site, Dictionary<string, string> cookies)
    {
        site.Cookies.Clear();
        foreach (var (name, value) in cookies)
            site.Cookies[name] = value;
    }

    [GeneratedRegex("/shared#(pd_[0-9a-f]{64})")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"id\" value=\"([0-9a-f-]{36})\"")]
    private static partial Regex LinkId();
}
