using System.Net;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

public sealed class MailLoginTests
{
    [Fact]
    public async Task AnswerIsTheSameForKnownAndUnknownAddresses()
    {
        var mailbox = new Mailbox();
        await using var site = await StartAsync(mailbox);
        var answers = new List<string>();
        foreach (var email in new[] { "ada@example.org", "eve@example.org" })
        {
            using var asked = await AskAsync(site, email);
            Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
            var text = SiteFixture.WithoutTokens(await asked.Content.ReadAsStringAsync());
            answers.Add($"{asked.Headers}\n{text}".Replace(email, "", StringComparison.Ordinal));
        }

        Assert.Equal(WithoutDate(answers[0]), WithoutDate(answers[1]));
        await mailbox.LinkAsync();
        Assert.Equal(0, mailbox.Count);
    }

    [Fact]
    public async Task LinkIsSpentByThePostNamesThePersonAndLeadsOn()
    {
        var mailbox = new Mailbox();
        await using var site = await StartAsync(mailbox);
        using var challenged = await site.GetAsync("/members?after=");
        Assert.Equal("/login?to=%2Fmembers%3Fafter%3D", challenged.Headers.Location!.OriginalString);
        using var asked = await AskAsync(site, "ada@example.org", "/members");
        var link = await mailbox.LinkAsync();
        for (var look = 0; look < 3; look++)
            Assert.Contains("ada@example.org", await site.ReadAsync(link), StringComparison.Ordinal);
        site.Cookies["__Host-session"] = "fixed-before";
        using var done = await SpendAsync(site, link);
        Assert.Equal("/members", done.Headers.Location!.OriginalString);
        Assert.StartsWith("ps_", site.Cookies["__Host-session"], StringComparison.Ordinal);
        Assert.Contains("ada@example.org", await site.ReadAsync("/members"), StringComparison.Ordinal);

        site.Cookies.Clear();
        Assert.Contains("not valid", await site.ReadAsync(link), StringComparison.Ordinal);
        using var again = await SpendAsync(site, link);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\/evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("/%0d%0aSet-Cookie:x\r\n")]
    [InlineData("/members \\")]
    [InlineData("")]
    public async Task NothingLeadsToAnotherSite(string to)
    {
        var mailbox = new Mailbox();
        await using var site = await StartAsync(mailbox);
        using var asked = await AskAsync(site, "ada@example.org", to);
        site.Cookies["__Host-goal"] = Uri.EscapeDataString(to);
        using var done = await SpendAsync(site, await mailbox.LinkAsync());
        Assert.Equal("/", done.Headers.Location!.OriginalString);
        using var inside = await site.GetAsync($"/login?to={Uri.EscapeDataString(to)}");
        Assert.Equal("/", inside.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task HostHeaderDoesNotReachTheMail()
    {
        var mailbox = new Mailbox();
        await using var site = await StartAsync(mailbox);
        using var page = await site.GetAsync("/login");
        site.Browser.DefaultRequestHeaders.Host = "evil.example";
        using var asked = await AskAsync(site, "ada@example.org");
        site.Browser.DefaultRequestHeaders.Host = null;
        Assert.StartsWith("/login?token=pl_", await mailbox.LinkAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SixthLinkIsRefusedForAnyAddress()
    {
        await using var site = await StartAsync(new Mailbox());
        foreach (var email in new[] { "ada@example.org", "eve@example.org" })
        {
            for (var ask = 0; ask < 5; ask++)
            {
                using var good = await AskAsync(site, email);
                Assert.Equal(HttpStatusCode.OK, good.StatusCode);
            }

            using var refused = await AskAsync(site, email);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        }
    }

    [Fact]
    public async Task HubWithoutMailOffersNoForm()
    {
        await using var site = await SiteFixture.StartAsync();
        Assert.DoesNotContain("handler=mail", await site.ReadAsync("/login"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostFromAnotherSiteIsRefused()
    {
        await using var site = await StartAsync(new Mailbox());
        site.Browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await AskAsync(site, "ada@example.org");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    /// <summary>A hub with the first owner ada@example.org, and nobody logged in.</summary>
    internal static async Task<SiteFixture> StartAsync(Mailbox mailbox)
    {
        var site = await SiteFixture.StartAsync(mailbox);
        using var setUp = await site.SetUpAsync();
        site.Cookies.Clear();
        return site;
    }

    private static Task<HttpResponseMessage> AskAsync(SiteFixture site, string email, string to = "/") =>
        site.PostAsync("/login", "/login?handler=mail", new() { ["email"] = email, ["to"] = to });

    private static Task<HttpResponseMessage> SpendAsync(SiteFixture site, string link) =>
        site.PostAsync(link, "/login", new() { ["token"] = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..] });

    private static string WithoutDate(string answer) =>
        string.Join('\n', answer.Split('\n').Where(line => !line.StartsWith("Date:", StringComparison.Ordinal)
            && !line.StartsWith("Set-Cookie:", StringComparison.Ordinal)));
}
