using System.Net;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public sealed class RateLimitTests() : EngineSuite(null)
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void BucketHoldsItsQuotaAndRefillsEvenly()
    {
        var limits = new RateLimits<string>(new RateLimit("key", 10, 2), _time);
        for (var left = 9; left >= 0; left--)
        {
            var verdict = limits.Take("a");
            Assert.Equal((true, left), (verdict.Allowed, verdict.Left));
        }

        Assert.Equal(new RateVerdict(false, 0, 1), limits.Take("a"));
        Assert.True(limits.Take("b").Allowed);
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(limits.Take("a").Allowed);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(limits.Take("a").Allowed);
        Assert.False(limits.Take("a").Allowed);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(9, limits.Take("a").Left);
    }

    [Fact]
    public void TableOfCallersIsBounded()
    {
        var limits = new RateLimits<int>(new RateLimit("key", 2, 1), _time);
        limits.Take(-1);
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var caller = 0; caller < RateLimits<int>.MaximumCallers - 1; caller++) limits.Take(caller);
        limits.Take(-2);
        Assert.Equal(RateLimits<int>.MaximumCallers, limits.Callers);
        limits.Take(-3);
        Assert.InRange(limits.Callers, 1, RateLimits<int>.MaximumCallers);
    }

    [Fact]
    public async Task CallerBeyondItsQuotaIsToldWhenToComeBack()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time, quota: 3);
        using var client = await hub.ListenAsync();
        var workspace = await hub.DefaultWorkspaceAsync();
        var (first, second) = (await hub.NewKeyAsync(workspace), await hub.NewKeyAsync(workspace));
        for (var left = 2; left >= 0; left--)
        {
            using var answer = await GetAsync(client, first);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("\"key\";q=3;w=1", answer.Headers.GetValues("RateLimit-Policy").Single());
            Assert.Equal($"\"key\";r={left};t=1", answer.Headers.GetValues("RateLimit").Single());
        }

        using (var refused = await GetAsync(client, first))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
            Assert.Contains("rate_limited", await refused.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
        }

        using (var other = await GetAsync(client, second)) Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        _time.Advance(TimeSpan.FromSeconds(1));
        using (var again = await GetAsync(client, first)) Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task SourceBeyondItsQuotaIsRefusedBeforeItsKeyIsLookedAt()
    {
        await using var hub = await TestHub.StartAsync(Engine, _time, quota: 1);
        using var client = await hub.ListenAsync();
        for (var i = 0; i < 10; i++)
        {
            using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), Ended);
            Assert.Equal("\"source\";q=10;w=1", answer.Headers.GetValues("RateLimit-Policy").Single());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var refused = await GetAsync(client, "pc_wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/agents");
        request.Headers.Add("x-api-key", key);
        return await client.SendAsync(request, Ended);
    }
}
