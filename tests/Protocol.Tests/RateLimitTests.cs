using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Protocol.Sessions;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>The token bucket on a clock that the test owns.</summary>
public sealed class RateLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(64_000)]
    [InlineData(50_000_000)]
    [InlineData(10_000_000_000)]
    public void WhoWaitsAsToldSendsExactlyTheRate(long bitsPerSecond)
    {
        var limit = new RateLimit(bitsPerSecond, _time);
        var burst = limit.Available;
        var sent = Drain(limit);
        Assert.Equal(burst, sent);
        var since = _time.GetTimestamp();
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(0, limit.Available);
            _time.Advance(limit.Wait + TimeSpan.FromTicks(1));
            Assert.NotEqual(0, limit.Available);
            sent += Drain(limit);
        }

        var allowed = bitsPerSecond / 8.0 * _time.GetElapsedTime(since).TotalSeconds;
        Assert.InRange(sent - burst, allowed - 1024, allowed + 1024);
    }

    [Fact]
    public void APauseGivesABurstAndNoMore()
    {
        var limit = new RateLimit(80_000_000, _time);
        Drain(limit);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200_000, limit.Available);
    }

    [Fact]
    public void AParentIsSharedByItsChildren()
    {
        var workspace = new RateLimit(8_000_000, _time);
        var first = new RateLimit(80_000_000, _time, workspace);
        var second = new RateLimit(80_000_000, _time, workspace);
        Assert.Equal(20_000, first.Available);
        first.Spend(20_000);
        Assert.Equal(0, second.Available);
        var since = _time.GetTimestamp();
        var sent = 0L;
        for (var i = 0; i < 200; i++)
        {
            _time.Advance(second.Wait + TimeSpan.FromTicks(1));
            sent += Drain(i % 2 == 0 ? first : second);
        }

        Assert.InRange(sent, 0, (long)(1_000_000 * _time.GetElapsedTime(since).TotalSeconds) + 5_000);
    }

    private static long Drain(RateLimit limit)
    {
        var sent = 0L;
        for (int n; (n = limit.Available) > 0; sent += n)
            limit.Spend(n);
        return sent;
    }
}
