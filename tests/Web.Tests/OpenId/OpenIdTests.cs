using System.Net;
using System.Web;
using PrivateConnect.Hub;
using PrivateConnect.Web.Tests.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests.OpenId;

/// <summary>The whole way through a provider that was written by others.</summary>
public sealed class OpenIdTests(ProviderProcess provider)
{
    [Fact]
    public async Task VerifiedAddressLogsItsPersonInAndLeadsOn()
    {
        await using var site = await StartAsync();
        Assert.Contains("Log in with your organisation", await site.ReadAsync("/login"), StringComparison.Ordinal);
        var callback = await ProveAsync(site, "ada", "/members");
        using var done = await site.GetAsync(callback);
        Assert.Equal("/members", done.Headers.Location!.OriginalString);
        Assert.Contains("ada@example.org", await site.ReadAsync("/account"), StringComparison.Ordinal);
        // A second time the code and its cookies are spent.
        site.Cookies.Clear();
        using var again = await site.GetAsync(callback);
        Assert.Equal("/login?problem=openid", again.Headers.Location!.OriginalString);
        Assert.DoesNotContain("__Host-session", site.Cookies.Keys);
    }

    [Theory]
    [InlineData("unverified")]
    [InlineData("stranger")]
    public async Task OthersStayOutside(string account)
    {
        await using var site = await StartAsync();
        using var done = await site.GetAsync(await ProveAsync(site, account));
        Assert.Equal("/login?problem=unknown", done.Headers.Location!.OriginalString);
        Assert.DoesNotContain("__Host-session", site.Cookies.Keys);
    }

    [Fact]
    public async Task AnswerForAnotherBrowserOrWithAnotherStateIsRefused()
    {
        await using var site = await StartAsync();
        var victim = new Dictionary<string, string>(site.Cookies);
        var callback = await ProveAsync(site, "ada");
        var mine = new Dictionary<string, string>(site.Cookies);

        site.Cookies.Clear();
        foreach (var (name, value) in victim) site.Cookies[name] = value;
        await RefusedAsync(site, callback);

        site.Cookies.Clear();
        foreach (var (name, value) in mine) site.Cookies[name] = value;
        var query = HttpUtility.ParseQueryString(callback[callback.IndexOf('?', StringComparison.Ordinal)..]);
        await RefusedAsync(site, $"{OpenIdOptions.CallbackPath}?code={query["code"]}&state=x");
        await RefusedAsync(site, $"{OpenIdOptions.CallbackPath}?code=x&state={Uri.EscapeDataString(query["state"]!)}");
        await RefusedAsync(site, $"{OpenIdOptions.CallbackPath}?error=access_denied&state={Uri.EscapeDataString(query["state"]!)}");
    }

    [Fact]
    public async Task RequestCarriesPkceStateAndNonceAndTheConfiguredAddress()
    {
        await using var site = await StartAsync();
        site.Browser.DefaultRequestHeaders.Host = "evil.example";
        using var left = await site.GetAsync("/login?handler=openid");
        site.Browser.DefaultRequestHeaders.Host = null;
        var query = HttpUtility.ParseQueryString(left.Headers.Location!.Query);
        Assert.Equal(("code", "S256", "openid email", "http://localhost:3000/login/openid"),
            (query["response_type"], query["code_challenge_method"], query["scope"], query["redirect_uri"]));
        foreach (var name in new[] { "code_challenge", "state", "nonce" })
            Assert.False(string.IsNullOrEmpty(query[name]));
        Assert.DoesNotContain("hub-secret", left.Headers.Location.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderThatIsAwayIsSaidAndCallbackIsNotOnTheApiPort()
    {
        await using var away = await SiteFixture.StartAsync(openId: new OpenIdOptions(new Uri("http://127.0.0.1:9"), "hub", "x"));
        using var answer = await away.GetAsync("/login?handler=openid");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("does not answer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var api = await away.Browser.GetAsync($"{away.Api}{OpenIdOptions.CallbackPath}?code=x&state=y");
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        await using var none = await SiteFixture.StartAsync();
        using var off = await none.GetAsync("/login?handler=openid");
        Assert.Equal(HttpStatusCode.NotFound, off.StatusCode);
    }

    private static async Task RefusedAsync(SiteFixture site, string callback)
    {
        using var refused = await site.GetAsync(callback);
        Assert.Equal("/login?problem=openid", refused.Headers.Location!.OriginalString);
        Assert.DoesNotContain("__Host-session", site.Cookies.Keys);
    }

    private async Task<SiteFixture> StartAsync()
    {
        var site = await SiteFixture.StartAsync(openId: provider.Options);
        using var setUp = await site.SetUpAsync();
        site.Cookies.Clear();
        return site;
    }

    /// <summary>To the provider and back: path and query of the address that it sends the browser to.</summary>
    private async Task<string> ProveAsync(SiteFixture site, string account, string to = "/")
    {
        using var left = await site.GetAsync($"/login?handler=openid&to={Uri.EscapeDataString(to)}");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        var next = left.Headers.Location!;
        while (next.Port != 3000)
        {
            // The provider's log-in page: say who.
            if (next.AbsolutePath.StartsWith("/as/", StringComparison.Ordinal))
                next = new Uri($"{next}?account={account}");
            using var answer = await http.GetAsync(next);
            next = new Uri(next, answer.Headers.Location!);
        }

        return next.PathAndQuery;
    }
}
