using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Live;
using PrivateConnect.Web.Tests.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests.Live;

/// <summary>The live parts of pages: what is sent, to whom, and when it ends. The overview stands for all of them.</summary>
public sealed partial class LivePageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PartIsSentWhenItChangedAndOnlyThen(bool gzip)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        using var live = await LiveReader.OpenAsync(site, await AddressAsync(site), gzip);
        Assert.Equal("text/event-stream", live.Answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(gzip, live.Answer.Content.Headers.ContentEncoding.Contains("gzip"));
        await site.EnrolAsync("laptop");
        // The page has drawn everything: the first events are what the enrolment changed.
        var changed = new HashSet<string>();
        while (!changed.IsSupersetOf(["tiles", "agents", "steps"]))
        {
            var (name, data) = (await live.NextAsync())!.Value;
            Assert.True(changed.Add(name), $"{name} came twice");
            if (name == "tiles")
                Assert.Contains("of 1 enrolled", data, StringComparison.Ordinal);
            if (name == "agents")
                Assert.Contains("laptop", data, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("services", changed);
        Assert.DoesNotContain("problems", changed);
    }

    [Fact]
    public async Task BrowserThatComesBackGetsEveryPart()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        using var live = await LiveReader.OpenAsync(site, await AddressAsync(site), lastEvent: "1");
        foreach (var part in new[] { "steps", "tiles", "flow", "services", "agents", "problems", "room" })
            Assert.Equal(part, (await live.NextAsync())!.Value.Name);
    }

    [Theory]
    [InlineData("cross-site", "cors", false)]
    [InlineData("cross-site", "no-cors", false)]
    [InlineData("cross-site", "navigate", true)] // A link to the page.
    [InlineData("same-origin", "cors", true)]
    [InlineData("none", "navigate", true)]
    public async Task AnotherSitesPageHoldsNoStream(string from, string mode, bool answered)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var address = await AddressAsync(site);
        site.Browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", from);
        site.Browser.DefaultRequestHeaders.Add("Sec-Fetch-Mode", mode);
        using var live = await LiveReader.OpenAsync(site, address);
        Assert.Equal(answered ? HttpStatusCode.OK : HttpStatusCode.Forbidden, live.Answer.StatusCode);
        using var page = await site.GetAsync("/login");
        Assert.NotEqual(answered, page.StatusCode == HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task LogOutEndsTheStreamAndTheNextOneIsOverAtOnce()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var address = await AddressAsync(site);
        using var live = await LiveReader.OpenAsync(site, address);
        var cookies = new Dictionary<string, string>(site.Cookies);
        using var logout = await site.PostAsync("/", "/login?handler=logout", []);
        Assert.Equal(HttpStatusCode.Found, logout.StatusCode);
        Assert.Equal("ended", await live.NextAsync("over"));
        Assert.Null(await live.NextAsync());
        Assert.Equal(0, await Eventually(site, seats => seats.Taken == 0));

        foreach (var cookie in cookies)
            site.Cookies[cookie.Key] = cookie.Value;
        using var again = await LiveReader.OpenAsync(site, address);
        Assert.Equal(("over", "ended"), await again.NextAsync());
        Assert.Null(await again.NextAsync());
    }

    [Fact]
    public async Task StreamEndsWhenTheSessionShowsAnotherWorkspace()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        using var live = await LiveReader.OpenAsync(site, await AddressAsync(site));
        using var moved = await site.PostAsync("/account", "/account?handler=create", new() { ["name"] = "Elsewhere" });
        Assert.Equal("ended", await live.NextAsync("over"));
    }

    [Fact]
    public async Task ChangeOfRoleEndsTheStreamAndThePageIsAnother()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var owner = await site.App.Services.GetRequiredService<AuthSessions>()
            .FindAsync(site.Cookies["__Host-session"], CancellationToken.None);
        var member = await site.BecomeAsync(Role.Member);
        Assert.Contains("Make the command", await site.ReadAsync("/"), StringComparison.Ordinal);
        using var live = await LiveReader.OpenAsync(site, await AddressAsync(site));
        var changed = await site.App.Services.GetRequiredService<MemberDirectory>()
            .SetRoleAsync(Requester.Of(owner!, ""), member, Role.Viewer, CancellationToken.None);
        Assert.True(changed.Done, changed.Text);
        Assert.Equal("ended", await live.NextAsync("over"));
        Assert.DoesNotContain("Make the command", await site.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrowserThatDoesNotReadIsCutOffAndNothingIsKeptForIt()
    {
        var time = new FakeTimeProvider();
        var http = new DefaultHttpContext { Response = { Body = new StuckStream() } };
        var life = new Lifetime();
        http.Features.Set<IHttpRequestLifetimeFeature>(life);
        await using var events = new EventWriter(http, time);
        var sending = events.StartAsync(CancellationToken.None);
        Assert.False(sending.IsCompleted);
        time.Advance(EventWriter.WriteWithin);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(life.IsAborted);
    }

    [Fact]
    public async Task NewestPagesOfASessionAreLive()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var address = await AddressAsync(site);
        var open = new List<LiveReader>();
        for (var page = 0; page <= LiveSeats.PerSession; page++)
            open.Add(await LiveReader.OpenAsync(site, address));
        Assert.Equal("moved", await open[0].NextAsync("over"));
        await site.EnrolAsync("laptop");
        foreach (var page in open.Skip(1))
            Assert.Contains("laptop", await page.NextAsync("agents"), StringComparison.Ordinal);
        Assert.Equal(LiveSeats.PerSession, site.App.Services.GetRequiredService<LiveSeats>().Taken);
        foreach (var page in open)
            page.Dispose();
        Assert.Equal(0, await Eventually(site, seats => seats.Taken == 0));
    }

    [Fact]
    public void SeatsAreBoundedAndComeBack()
    {
        var seats = new LiveSeats();
        var taken = Enumerable.Range(0, LiveSeats.InAll).Select(i => seats.TryTake($"session {i}")!).ToList();
        Assert.DoesNotContain(null, taken);
        Assert.Null(seats.TryTake("one more"));
        taken[0].Dispose();
        taken[0].Dispose();
        Assert.NotNull(seats.TryTake("one more"));
        Assert.Equal(LiveSeats.InAll, seats.Taken);
    }

    [Fact]
    public async Task FilesArePackedAndKeptByTheirVersion()
    {
        await using var site = await SiteFixture.StartAsync();
        var html = await site.ReadAsync("/login");
        var address = Script().Match(html).Groups[1].Value;
        Assert.StartsWith("/htmx.min.js?v=", address, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Web + address);
        request.Headers.Add("Accept-Encoding", "gzip, br");
        using var packed = await site.Browser.SendAsync(request);
        Assert.Equal("br", packed.Content.Headers.ContentEncoding.Single());
        Assert.Contains("immutable", packed.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var plain = await site.GetAsync("/htmx.min.js");
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.True(plain.Headers.CacheControl!.NoCache);
        Assert.True((await plain.Content.ReadAsByteArrayAsync()).Length > (await packed.Content.ReadAsByteArrayAsync()).Length * 2);
        using var outside = await site.GetAsync("/..%2fhub.deps.json");
        Assert.NotEqual(HttpStatusCode.OK, outside.StatusCode);
    }

    internal static async Task<string> AddressAsync(SiteFixture site, string page = "/")
    {
        var html = await site.ReadAsync(page);
        var address = Connect().Match(html);
        Assert.True(address.Success, html);
        return address.Groups[1].Value;
    }

    private static async Task<int> Eventually(SiteFixture site, Func<LiveSeats, bool> holds)
    {
        var seats = site.App.Services.GetRequiredService<LiveSeats>();
        await Door.Wait.UntilAsync(() => holds(seats));
        return seats.Taken;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;
    }

    /// <summary>A connection that takes nothing.</summary>
    private sealed class StuckStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    [GeneratedRegex("sse-connect=\"([^\"]+)\"")]
    private static partial Regex Connect();

    [GeneratedRegex("src=\"(/htmx.min.js[^\"]*)\"")]
    private static partial Regex Script();
}
