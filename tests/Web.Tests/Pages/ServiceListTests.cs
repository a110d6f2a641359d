using System.Net;
using System.Text.RegularExpressions;
using PrivateConnect.Web.Live;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>The list of services: the hub filters, sorts and cuts; a browser without script sees the same.</summary>
public sealed partial class ServiceListTests
{
    [Fact]
    public async Task EmptyListTeachesTheCommand()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var html = await site.ReadAsync("/services");
        Assert.Contains("No service yet", html, StringComparison.Ordinal);
        Assert.Contains("./connect expose localhost:5432 --name prod-db", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagesHoldWhatTheyShouldAndLinkToTheNext()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var all = Enumerable.Range(0, (2 * ServiceTable.PageRows) + 3).Select(i => $"s-{i:000}").ToList();
        foreach (var name in all)
            await site.RememberAsync(name);
        var first = await site.ReadAsync("/services");
        Assert.Equal(all.Take(ServiceTable.PageRows), Names(first));
        var next = Next().Match(first).Groups[1].Value;
        var second = await site.ReadAsync(next);
        Assert.Equal(all.Skip(ServiceTable.PageRows).Take(ServiceTable.PageRows), Names(second));
        Assert.Equal(all.Skip(2 * ServiceTable.PageRows), Names(await site.ReadAsync(Next().Match(second).Groups[1].Value)));
        // Beyond the end and nonsense are the last and the first page.
        Assert.Equal(all.Skip(2 * ServiceTable.PageRows), Names(await site.ReadAsync("/services?page=99")));
        Assert.Equal(all.Take(ServiceTable.PageRows), Names(await site.ReadAsync("/services?page=-1&sort=%27&state=%3Cb%3E")));
    }

    [Fact]
    public async Task FilterAndOrderComeFromTheAddress()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        await site.RememberAsync("zeta", "db.internal:5432", site.Options.FirstTunnelPort);
        await site.RememberAsync("alpha", "localhost:6379", site.Options.FirstTunnelPort + 2);
        await site.RememberAsync("mid", "db.internal:22", site.Options.FirstTunnelPort + 1);
        Assert.Equal(["mid", "zeta"], Names(await site.ReadAsync("/services?q=DB.internal")));
        Assert.Equal(["zeta", "mid", "alpha"], Names(await site.ReadAsync("/services?sort=name&order=down")));
        Assert.Equal(["zeta", "mid", "alpha"], Names(await site.ReadAsync("/services?sort=port")));
        Assert.Empty(Names(await site.ReadAsync("/services?state=up")));
        Assert.Equal(3, Names(await site.ReadAsync("/services?state=down")).Count);
        using var hostile = await site.GetAsync("/services?q=" + Uri.EscapeDataString("\"><script>alert(1)</script>"));
        Assert.DoesNotContain("<script>alert", await hostile.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task VisitorWithoutSessionComesBackHereAfterTheLogIn()
    {
        await using var site = await SiteFixture.StartAsync();
        using var answer = await site.GetAsync("/services?q=a");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("/login?to=%2Fservices%3Fq%3Da", answer.Headers.Location!.OriginalString);
    }

    private static List<string> Names(string html) => [.. Row().Matches(html).Select(row => row.Groups[1].Value)];

    [GeneratedRegex("<tr id=\"s-([^\"]+)\"")]
    private static partial Regex Row();

    [GeneratedRegex("<a href=\"([^\"]+)\" rel=\"next\"")]
    private static partial Regex Next();
}
