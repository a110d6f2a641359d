using System.Net;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>The audit log in the dashboard, with a browser that runs no script.</summary>
public sealed class AuditPageTests
{
    [Fact]
    public async Task LinesAreFilteredAndTurnedOver()
    {
        await using var site = await DiagnosticsPagesTests.SiteAsync();
        await WriteAsync(site, 60);
        var first = await site.ReadAsync("/audit?act=test.act");
        Assert.Contains("subject-59<", first, StringComparison.Ordinal);
        Assert.DoesNotContain("subject-9<", first, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>agent.enrol", first, StringComparison.Ordinal);
        var at = first.IndexOf("/audit?act=test.act&before=", StringComparison.Ordinal);
        var second = await site.ReadAsync(first[at..first.IndexOf('"', at)]);
        Assert.Contains("subject-9<", second, StringComparison.Ordinal);
        Assert.DoesNotContain("subject-59<", second, StringComparison.Ordinal);
        Assert.Contains("No line fits", await site.ReadAsync("/audit?until=2020-01-01"), StringComparison.Ordinal);
        Assert.Contains("subject-59<", await site.ReadAsync("/audit?actor=tester&since=2020-01-01"), StringComparison.Ordinal);
        // A member by address instead of id.
        Assert.DoesNotContain("No line fits", await site.ReadAsync("/audit?actor=ada@example.org"), StringComparison.Ordinal);
        using var bad = await site.GetAsync("/audit?since=yesterday");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task AgentsKeysAndMembersAreNamedBesideTheirIds()
    {
        await using var site = await DiagnosticsPagesTests.SiteAsync();
        var agent = await site.EnrolAsync("<i>box");
        using var made = await site.PostAsync("/keys", "/keys?handler=create", new() { ["name"] = "nightly", ["scopes"] = "audit", ["days"] = "30" });
        var log = await site.ReadAsync("/audit");
        Assert.Contains($"<b><i>box</b> <span class=\"note\">{agent}", log, StringComparison.Ordinal);
        Assert.Matches("<b>nightly</b> <span class=\"note\">[0-9a-f-]{36} audit</span>", log);
        using var raw = await site.GetAsync("/audit");
        Assert.DoesNotContain("<i>box", await raw.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // Who did it leads to all that they did.
        Assert.Matches("href=\"/audit\\?actor=user%20[0-9a-f-]{36}\">ada@example.org</a>", log);
    }

    [Theory]
    [InlineData("jsonl", "application/jsonl")]
    [InlineData("csv", "text/csv")]
    public async Task ExportHasWhatTheFilterLetsThrough(string format, string type)
    {
        await using var site = await DiagnosticsPagesTests.SiteAsync();
        await WriteAsync(site, 60);
        using var file = await site.GetAsync($"/audit?handler=export&format={format}&act=test.act");
        var text = await file.Content.ReadAsStringAsync();
        Assert.Equal(type, file.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"audit.{format}", file.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal(60 + (format == "csv" ? 1 : 0), text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("agent.enrol", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChainIsVerifiedAndAChangedLineIsFound()
    {
        await using var site = await DiagnosticsPagesTests.SiteAsync();
        await WriteAsync(site, 3);
        Assert.Contains("The chain holds", await VerifyAsync(site), StringComparison.Ordinal);
        await using (var db = DiagnosticsPagesTests.Connect(site))
            await db.AuditEvents.Where(line => line.Object == "subject-1").Set(line => line.Outcome, "undone").UpdateAsync();
        Assert.Contains("The chain is broken", await VerifyAsync(site), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Member)]
    public async Task OthersThanAdminsSeeNoLine(Role role)
    {
        await using var site = await DiagnosticsPagesTests.SiteAsync();
        await WriteAsync(site, 3);
        await DiagnosticsPagesTests.BecomeAsync(site, role);
        foreach (var path in (string[])["/audit", "/audit?handler=export&format=jsonl", "/audit?handler=export&format=csv"])
        {
            using var refused = await site.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.DoesNotContain("subject-", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var verified = await site.PostAsync("/diagnostics", "/audit?handler=verify", []);
        Assert.Equal(HttpStatusCode.Forbidden, verified.StatusCode);
        Assert.DoesNotContain("chain holds", await verified.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatLinesSayStaysText()
    {
        await using var site = await DiagnosticsPagesTests.SiteAsync();
        const string payload = "<script>alert(1)</script>";
        await site.App.Services.GetRequiredService<AuditLog>().WriteAsync(
            await WorkspaceAsync(site), payload, payload, payload, payload, payload, default);
        using var page = await site.GetAsync("/audit?act=%3Cscript%3Ealert(1)%3C/script%3E");
        var html = await page.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script>a", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    private static async Task<string> VerifyAsync(SiteFixture site)
    {
        using var answer = await site.PostAsync("/audit", "/audit?handler=verify", []);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static async Task WriteAsync(SiteFixture site, int count)
    {
        var workspace = await WorkspaceAsync(site);
        for (var i = 0; i < count; i++)
        {
            await site.App.Services.GetRequiredService<AuditLog>().WriteAsync(
                workspace, "tester", "127.0.0.1", "test.act", $"subject-{i}", AuditLog.Done, default);
        }
    }

    private static async Task<string> WorkspaceAsync(SiteFixture site)
    {
        await using var db = DiagnosticsPagesTests.Connect(site);
        return await db.Workspaces.Select(row => row.Id).FirstAsync();
    }
}
