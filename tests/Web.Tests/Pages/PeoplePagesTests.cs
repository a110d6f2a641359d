using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>Members, invitations, keys, workspaces and sessions with a browser that runs no script.</summary>
public sealed partial class PeoplePagesTests
{
    [Fact]
    public async Task InvitedPersonJoinsByMailAndIsRemovedAgain()
    {
        var mailbox = new Mailbox();
        await using var site = await OwnerAsync(mailbox);
        using var invited = await PostAsync(site, "/members?handler=invite", ("email", "bob@example.org"), ("role", "member"), ("how", "mail"));
        Assert.DoesNotContain("pi_", await invited.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("An invitation is on its way to", await site.ReadAsync("/members"), StringComparison.Ordinal);
        var link = await mailbox.LinkAsync();
        var owner = new Dictionary<string, string>(site.Cookies);

        site.Cookies.Clear();
        for (var look = 0; look < 3; look++)
            Assert.Contains("bob@example.org is invited", Text(await site.ReadAsync(link)), StringComparison.Ordinal);
        using var joined = await AcceptAsync(site, link);
        Assert.Equal("/", joined.Headers.Location!.OriginalString);
        Assert.Contains("bob@example.org", await site.ReadAsync("/account"), StringComparison.Ordinal);
        using var rename = await PostAsync(site, "/members?handler=rename", ("name", "Mine"));
        Assert.Equal(HttpStatusCode.Forbidden, rename.StatusCode);
        var bob = new Dictionary<string, string>(site.Cookies);

        Swap(site, owner);
        var row = Row().Match(await site.ReadAsync("/members"));
        using var demoted = await PostAsync(site, "/members?handler=role", ("id", row.Groups[1].Value), ("role", "viewer"));
        Assert.Equal("/members", demoted.Headers.Location!.OriginalString);
        using var removed = await PostAsync(site, "/members?handler=remove", ("id", row.Groups[1].Value));
        Assert.Equal(HttpStatusCode.Found, removed.StatusCode);
        Swap(site, bob);
        using var out_ = await site.GetAsync("/");
        Assert.Equal("/login", out_.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task LinkIsShownOnceAndAKnownPersonMustLogInFirst()
    {
        await using var site = await OwnerAsync(new Mailbox());
        using var invited = await PostAsync(site, "/members?handler=invite", ("email", "eve@example.org"), ("role", "admin"), ("how", "link"));
        Assert.Equal(HttpStatusCode.Found, invited.StatusCode);
        // Another page does not take what this one is to show.
        Assert.DoesNotContain("pi_", await site.ReadAsync("/keys"), StringComparison.Ordinal);
        var link = Mailbox.PathOf(await site.ReadAsync("/members"));
        Assert.StartsWith("/invitation?token=pi_", link, StringComparison.Ordinal);
        Assert.DoesNotContain("pi_", await site.ReadAsync("/members"), StringComparison.Ordinal);
        // Ada is logged in and is not Eve: nothing is spent.
        using var refused = await AcceptAsync(site, link);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        site.Cookies.Clear();
        using var joined = await AcceptAsync(site, link);
        Assert.Equal(HttpStatusCode.Found, joined.StatusCode);
        site.Cookies.Clear();
        using var again = await AcceptAsync(site, link);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task KeyIsShownOnceAndItsRevocationIsTheEnd()
    {
        await using var site = await OwnerAsync(new Mailbox());
        using var made = await PostAsync(site, "/keys?handler=create", ("name", "<b>script"), ("scopes", "agents"), ("days", "30"), ("kind", "workspace"));
        Assert.Equal(HttpStatusCode.Found, made.StatusCode);
        using var shown = await site.GetAsync("/keys");
        var html = await shown.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<b>script", html, StringComparison.Ordinal);
        var secret = Secret().Match(html).Value;
        Assert.Equal(HttpStatusCode.OK, await CallAsync(site, secret));
        var list = await site.ReadAsync("/keys");
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
        var id = KeyId().Match(list[list.IndexOf(secret[..7], StringComparison.Ordinal)..]).Groups[1].Value;
        using var revoked = await PostAsync(site, "/keys?handler=revoke", ("id", id));
        Assert.Equal(HttpStatusCode.Found, revoked.StatusCode);
        Assert.Contains("The key opens nothing any more.", await site.ReadAsync("/keys"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(site, secret));
        foreach (var days in new[] { "0", "-1", "x", "99999", "" })
        {
            using var bad = await PostAsync(site, "/keys?handler=create", ("name", "n"), ("scopes", "agents"), ("days", days));
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        }

        using var slip = await PostAsync(site, "/keys?handler=create", ("name", "nightly"), ("scopes", "audit"), ("days", "365000"));
        html = await slip.Content.ReadAsStringAsync();
        Assert.Contains("name=\"name\" required maxlength=\"64\" value=\"nightly\"", html, StringComparison.Ordinal);
        Assert.Matches("value=\"audit\" checked", html);
        Assert.DoesNotMatch("value=\"agents\" checked", html);
    }

    [Fact]
    public async Task HowTheHubIsSetUpIsForItsOperators()
    {
        await using var site = await OwnerAsync(new Mailbox());
        Assert.Contains("DRAIN_SECONDS", await site.ReadAsync("/settings"), StringComparison.Ordinal);
        // Anybody may make a workspace, and owns it.
        using var made = await PostAsync(site, "/account?handler=create", ("name", "Second"));
        var settings = await site.ReadAsync("/settings");
        Assert.Contains("handler=rename", settings, StringComparison.Ordinal);
        Assert.DoesNotContain("DRAIN_SECONDS", settings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkspaceIsMadeSwitchedAndItsOwnOnly()
    {
        await using var site = await OwnerAsync(new Mailbox());
        var first = Text(await site.ReadAsync("/account"));
        Assert.Contains("default owner shown now", first, StringComparison.Ordinal);
        using var made = await PostAsync(site, "/account?handler=create", ("name", "Second"));
        Assert.Equal("/", made.Headers.Location!.OriginalString);
        var account = await site.ReadAsync("/account");
        Assert.Contains("Second owner shown now", Text(account), StringComparison.Ordinal);
        using var back = await PostAsync(site, "/account?handler=switch", ("id", KeyId().Match(account).Groups[1].Value));
        Assert.Contains("default owner shown now", Text(await site.ReadAsync("/account")), StringComparison.Ordinal);
        using var foreign = await PostAsync(site, "/account?handler=switch", ("id", Guid.NewGuid().ToString()));
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Fact]
    public async Task LoggedOutEverywhereIsOutEverywhere()
    {
        var mailbox = new Mailbox();
        await using var site = await OwnerAsync(mailbox);
        var first = new Dictionary<string, string>(site.Cookies);
        site.Cookies.Clear();
        using var asked = await site.PostAsync("/login", "/login?handler=mail", new() { ["email"] = "ada@example.org" });
        var link = await mailbox.LinkAsync();
        using var second = await site.PostAsync(link, "/login", new() { ["token"] = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..] });
        Assert.Equal(2, EndForm().Count(await site.ReadAsync("/account")));
        using var everywhere = await PostAsync(site, "/account?handler=everywhere");
        Assert.Equal("/login", everywhere.Headers.Location!.OriginalString);
        Swap(site, first);
        using var gone = await site.GetAsync("/account");
        Assert.Equal("/login?to=%2Faccount", gone.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/members?handler=invite")]
    [InlineData("/members?handler=role")]
    [InlineData("/members?handler=remove")]
    [InlineData("/members?handler=transfer")]
    [InlineData("/members?handler=rename")]
    [InlineData("/members?handler=withdraw")]
    [InlineData("/keys?handler=create")]
    [InlineData("/keys?handler=revoke")]
    [InlineData("/account?handler=create")]
    [InlineData("/account?handler=switch")]
    [InlineData("/account?handler=end")]
    [InlineData("/account?handler=everywhere")]
    [InlineData("/invitation")]
    [InlineData("/login?handler=mail")]
    public async Task ChangeWithoutFormTokenIsRefusedAndWithOddValuesToo(string path)
    {
        await using var site = await OwnerAsync(new Mailbox());
        using var refused = await site.SendAsync(HttpMethod.Post, path, new() { ["id"] = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        if (path == "/account?handler=everywhere")
            return;
        foreach (var odd in new[] { "", "\0", "' OR 1=1 --", new string('x', 5000) })
        {
            using var answer = await PostAsync(site, path, ("id", odd), ("name", odd), ("email", odd), ("role", odd), ("token", odd), ("scopes", odd));
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }
    }

    private static async Task<SiteFixture> OwnerAsync(Mailbox mailbox)
    {
        var site = await SiteFixture.StartAsync(mailbox);
        using var setUp = await site.SetUpAsync();
        return site;
    }

    private static Task<HttpResponseMessage> PostAsync(SiteFixture site, string to, params (string Name, string Value)[] form) =>
        site.PostAsync("/account", to, form.ToDictionary(field => field.Name, field => field.Value));

    private static Task<HttpResponseMessage> AcceptAsync(SiteFixture site, string link) =>
        site.PostAsync("/login?problem=x", "/invitation", new() { ["token"] = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..] });

    private static void Swap(SiteFixture site, Dictionary<string, string> cookies)
    {
        site.Cookies.Clear();
        foreach (var (name, value) in cookies)
            site.Cookies[name] = value;
    }

    private static async Task<HttpStatusCode> CallAsync(SiteFixture site, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{site.Api}/v1/agents");
        request.Headers.Add("x-api-key", key);
        using var answer = await site.Browser.SendAsync(request);
        return answer.StatusCode;
    }

    private static string Text(string html) => Space().Replace(Tag().Replace(html, ""), " ");

    [GeneratedRegex("pc_[0-9a-f]{48}")]
    private static partial Regex Secret();

    [GeneratedRegex("name=\"id\" value=\"([0-9a-f-]{36})\"")]
    private static partial Regex KeyId();

    [GeneratedRegex("bob@example.org.*?name=\"id\" value=\"([0-9a-f-]{36})\"", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("handler=end\"")]
    private static partial Regex EndForm();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
