using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Rights;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>Quotas beside what is used; set by admins and owners of the hub's first workspace and by nobody else.</summary>
public sealed class QuotasPageTests
{
    [Fact]
    public async Task OperatorSeesUseAndSetsQuotasWithAnAuditLine()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.EnrolAsync("box");
        var workspace = await site.WorkspaceAsync();
        Assert.Contains($"/settings/quotas?workspace={workspace}", await site.ReadAsync("/settings"), StringComparison.Ordinal);
        var page = $"/settings/quotas?workspace={workspace}";
        using var set = await site.PostAsync(page, page, new() { ["agents"] = "1", ["services"] = "", ["ports"] = " 3 ", ["streams"] = "5000", ["bandwidth"] = "2.5" });
        Assert.Equal(HttpStatusCode.Found, set.StatusCode);
        Assert.Equal(new WorkspaceQuota(1, null, 3, 5000, 2_500_000), site.App.Services.GetRequiredService<Quotas>().Of(workspace));
        var shown = await site.ReadAsync(page);
        Assert.Contains("name=\"bandwidth\" inputmode=\"decimal\" maxlength=\"12\" value=\"2.5\"", shown, StringComparison.Ordinal);
        Assert.Contains("of 2.5 Mbit/s", shown, StringComparison.Ordinal);
        // One agent of one: full, and said by more than a colour elsewhere: the numbers are the same.
        Assert.Contains("<span class=\"state away\">1</span><br><span class=\"note\">of 1</span>", shown, StringComparison.Ordinal);
        Assert.Contains("2.5 Mbit/s", await site.ReadAsync("/settings"), StringComparison.Ordinal);
        await using var db = site.App.Services.GetRequiredService<Database>().Connect();
        Assert.Single(db.AuditEvents, line => line.Act == "workspace.quota" && line.Object == workspace);
    }

    [Theory]
    [InlineData("agents", "-1")]
    [InlineData("agents", "1.5")]
    [InlineData("streams", "99999999999")]
    [InlineData("ports", "many")]
    [InlineData("bandwidth", "0.063")]
    [InlineData("bandwidth", "-5")]
    [InlineData("bandwidth", "79228162514264337593543950335")]
    [InlineData("bandwidth", "5 Mbit")]
    public async Task WhatIsNoQuotaIsRefusedWithTheReasonAndChangesNothing(string field, string value)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var page = $"/settings/quotas?workspace={await site.WorkspaceAsync()}";
        using var answer = await site.PostAsync(page, page, new() { [field] = value });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("class=\"problem\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(WorkspaceQuota.None, site.App.Services.GetRequiredService<Quotas>().Of(await site.WorkspaceAsync()));
    }

    [Fact]
    public async Task OthersSeeTheirOwnQuotasOnlyAndSetNone()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var first = await site.WorkspaceAsync();
        // The owner of another workspace is no operator.
        using (await site.PostAsync("/account", "/account?handler=create", new() { ["name"] = "second" }))
            await RefusedAsync();
        await site.BecomeAsync(Role.Member);
        await RefusedAsync();

        async Task RefusedAsync()
        {
            var settings = await site.ReadAsync("/settings");
            Assert.Contains("Quotas of this workspace", settings, StringComparison.Ordinal);
            Assert.DoesNotContain("/settings/quotas", settings, StringComparison.Ordinal);
            using var page = await site.GetAsync($"/settings/quotas?workspace={first}");
            Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
            Assert.DoesNotContain(first, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using var set = await site.PostAsync("/", $"/settings/quotas?workspace={first}", new() { ["agents"] = "1" });
            Assert.Equal(HttpStatusCode.Forbidden, set.StatusCode);
            Assert.Equal(WorkspaceQuota.None, site.App.Services.GetRequiredService<Quotas>().Of(first));
        }
    }
}
