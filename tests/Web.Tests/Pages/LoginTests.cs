using System.Net;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

public sealed class LoginTests
{
    [Fact]
    public async Task WhoIsNotLoggedInLandsOnTheLoginPageByARelativeRedirect()
    {
        await using var site = await SiteFixture.StartAsync();
        using var home = await site.GetAsync("/");
        Assert.Equal(HttpStatusCode.Found, home.StatusCode);
        Assert.Equal("/login", home.Headers.Location!.OriginalString);
        using var login = await site.GetAsync("/login");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        Assert.Contains("login-link", await login.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var fragment = await site.GetAsync("/?handler=live", htmx: true);
        Assert.Equal("/login", fragment.Headers.GetValues("HX-Redirect").Single());
    }

    [Fact]
    public async Task PagesForbidEverythingThatIsNotTheirs()
    {
        await using var site = await SiteFixture.StartAsync();
        using var login = await site.GetAsync("/login");
        var policy = login.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", login.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(login.Headers.CacheControl!.NoStore);
        var html = await login.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        foreach (var file in new[] { "/base.css", "/parts.css", "/page.js", "/htmx.min.js", "/icon.svg" })
        {
            using var got = await site.GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        }
    }

    [Fact]
    public async Task SetupLinkIsSpentByThePostAndOnlyOnce()
    {
        await using var site = await SiteFixture.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            using var looked = await site.GetAsync($"/setup?token={site.SetupToken}");
            Assert.Contains("Your e-mail address", await looked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var bad = await site.PostAsync(
            $"/setup?token={site.SetupToken}", "/setup", new() { ["token"] = site.SetupToken, ["email"] = "nobody" });
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        using var done = await site.SetUpAsync();
        Assert.Equal(HttpStatusCode.Found, done.StatusCode);
        Assert.Equal("/", done.Headers.Location!.OriginalString);
        using var home = await site.GetAsync("/");
        Assert.Contains("ada@example.org", await home.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        site.Cookies.Clear();
        using var again = await site.GetAsync($"/setup?token={site.SetupToken}");
        Assert.Contains("not valid", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionCookieIsSecureHttpOnlyLaxAndEndsWithLogOut()
    {
        await using var site = await SiteFixture.StartAsync();
        using var done = await site.SetUpAsync();
        var cookie = done.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-session=", StringComparison.Ordinal));
        foreach (var flag in new[] { "secure", "httponly", "samesite=lax", "path=/" })
            Assert.Contains(flag, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);

        var stolen = site.Cookies["__Host-session"];
        using var gone = await site.PostAsync("/", "/login?handler=logout", []);
        Assert.Equal("/login", gone.Headers.Location!.OriginalString);
        Assert.False(site.Cookies.ContainsKey("__Host-session"));
        site.Cookies["__Host-session"] = stolen;
        using var after = await site.GetAsync("/");
        Assert.Equal(HttpStatusCode.Found, after.StatusCode);
    }

    [Theory]
    [InlineData("/setup")]
    [InlineData("/login")]
    [InlineData("/login?handler=logout")]
    [InlineData("/?handler=agent")]
    public async Task ChangeWithoutFormTokenIsRefused(string path)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        using var refused = await site.SendAsync(HttpMethod.Post, path, new() { ["token"] = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var still = await site.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task PagesAndApiKeepToTheirDoors()
    {
        await using var site = await SiteFixture.StartAsync();
        using var page = await site.Browser.GetAsync($"{site.Api}/login");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var file = await site.Browser.GetAsync($"{site.Api}/site.css");
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
        using var api = await site.Browser.GetAsync($"{site.Web}/v1/agents");
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        using var health = await site.Browser.GetAsync($"{site.Api}/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
