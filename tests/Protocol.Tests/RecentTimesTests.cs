using PrivateConnect.Protocol.Sessions;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

public sealed class RecentTimesTests
{
    [Fact]
    public void MedianIsOfTheLastTimesAlone()
    {
        var times = new RecentTimes();
        Assert.Null(times.Median);
        times.Add(TimeSpan.FromMilliseconds(7));
        Assert.Equal(TimeSpan.FromMilliseconds(7), times.Median);
        times.Add(TimeSpan.FromMilliseconds(1));
        times.Add(TimeSpan.FromHours(2));
        Assert.Equal(TimeSpan.FromMilliseconds(7), times.Median);
        // As many as are kept: the first ones are gone, the longest among them too.
        for (var i = 1; i <= RecentTimes.Kept; i++)
            times.Add(TimeSpan.FromMilliseconds(i));
        Assert.Equal(TimeSpan.FromMilliseconds((RecentTimes.Kept / 2) + 1), times.Median);
        times.Add(TimeSpan.FromDays(40));
        Assert.Equal(TimeSpan.FromMilliseconds((RecentTimes.Kept / 2) + 2), times.Median);
    }

    [Fact]
    public async Task StreamTellsItsFlowHowLongItWaitedForTheAnswer()
    {
        await using var pair = SessionPair.Create();
        var opening = pair.OpenAsync("web");
        await pair.AcceptAsync();
        await using var stream = await opening;
        await PrivateConnect.Testing.Eventually.TrueAsync(
            () => pair.Agent.Session.Sending.Flow.OpenTimes?.Median is not null, "a time from OPEN to OPENED");
        Assert.Null(pair.Hub.Session.Sending.Flow.OpenTimes);
    }
}
