using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Rights;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>What a person sees when a form of a service's page is refused, and how a grant is typed.</summary>
public sealed class ServiceFormsTests
{
    [Fact]
    public async Task RefusedFormKeepsWhatWasTypedAndChangesNothing()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("db");
        using var share = await site.PostAsync(
            "/services/db", "/services/db?handler=share", new() { ["weight"] = "200", ["limit"] = "50M", ["floor"] = "\"><i>" });
        var html = await share.Content.ReadAsStringAsync();
        Assert.Contains("name=\"weight\" value=\"200\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"limit\" value=\"50M\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"floor\" value=\"&quot;&gt;&lt;i&gt;\"", html, StringComparison.Ordinal);
        Assert.Contains(">Limit and floor are bits", html, StringComparison.Ordinal);
        using var publish = await site.PostAsync(
            "/services/db", "/services/db?handler=publish", new() { ["publish"] = "loopback", ["allow"] = "10.0.0.1/8" });
        html = await publish.Content.ReadAsStringAsync();
        Assert.Contains("<option value=\"loopback\" selected", html, StringComparison.Ordinal);
        Assert.Contains("name=\"allow\" value=\"10.0.0.1/8\"", html, StringComparison.Ordinal);
        Assert.Equal(ServiceRule.Default, await RuleAsync(site));
        Assert.DoesNotContain("10.0.0.1/8", await site.ReadAsync("/services/db"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgentIsGrantedByItsLabelWhenNoOtherHasIt()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("db");
        var laptop = await site.EnrolAsync("laptop");
        var twin = await site.EnrolAsync("twin");
        await site.EnrolAsync("twin");
        foreach (var subject in new[] { "Laptop", twin })
        {
            using var granted = await site.PostAsync("/services/db", "/services/db?handler=grant", new() { ["kind"] = "agent", ["subject"] = subject });
            Assert.Equal(HttpStatusCode.Found, granted.StatusCode);
        }

        var grants = (await RuleAsync(site)).Grants;
        Assert.Equal(new[] { laptop, twin }.Order(), grants.Select(grant => grant.Subject).Order());
        foreach (var (kind, subject, why) in new[]
        {
            ("agent", "twin", "Several agents are called 'twin'"), ("agent", "<b>", "'<b>' is no agent of default"),
            ("member", "eve@example.org", "'eve@example.org' is no member of default"), ("role", "boss", "write viewer, member"), ("tag", "A b", "is no tag"),
            ("", "", "Choose whom"),
        })
        {
            using var refused = await site.PostAsync("/services/db", "/services/db?handler=grant", new() { ["kind"] = kind, ["subject"] = subject });
            Assert.Equal((why, HttpStatusCode.BadRequest), (why, refused.StatusCode));
            Assert.Contains(why, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }

        Assert.Equal(2, (await RuleAsync(site)).Grants.Count);
    }

    private static async Task<ServiceRule> RuleAsync(SiteFixture site) =>
        site.App.Services.GetRequiredService<ServicePolicy>().Current.RuleOf(await site.WorkspaceAsync(), "db");
}
