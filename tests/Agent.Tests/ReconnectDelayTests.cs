namespace PrivateConnect.Agent.Tests;

public sealed class ReconnectDelayTests
{
    private static readonly TimeSpan Zero = TimeSpan.Zero;

    [Fact]
    public void TheFirstTryComesWithinAQuarterSecond()
    {
        var delay = new ReconnectDelay();
        Assert.Equal(TimeSpan.FromMilliseconds(250), delay.Next(Zero, Zero, Zero, 1));
        Assert.Equal(Zero, new ReconnectDelay().Next(Zero, Zero, Zero, 0));
    }

    [Fact]
    public void TheFirstTryIsSpreadOverTheHubsWindow()
    {
        var delay = new ReconnectDelay();
        Assert.Equal(TimeSpan.FromSeconds(6), delay.Next(Zero, TimeSpan.FromSeconds(12), Zero, 0.5));
    }

    [Fact]
    public void AWindowOfHoursIsNotBelieved() =>
        Assert.Equal(ReconnectDelay.LongestReturnWindow, new ReconnectDelay().Next(Zero, TimeSpan.FromHours(5), Zero, 1));

    [Fact]
    public void LaterTriesStayBelowTheCapOfTheirMinute()
    {
        var dice = new Random(1);
        var delay = new ReconnectDelay();
        for (var i = 0; i < 1000; i++)
        {
            var since = TimeSpan.FromSeconds(i / 5.0);
            var cap = since < ReconnectDelay.Soon ? ReconnectDelay.CapAtFirst : ReconnectDelay.CapLater;
            Assert.InRange(delay.Next(since, Zero, Zero, dice.NextDouble()), Zero, cap);
        }

        Assert.Equal(ReconnectDelay.CapLater, delay.Next(TimeSpan.FromHours(1), Zero, Zero, 1));
    }

    [Fact]
    public void JitterIsFull()
    {
        var dice = new Random(1);
        var delay = new ReconnectDelay();
        for (var i = 0; i < 10; i++)
            delay.Next(Zero, Zero, Zero, 0);
        var waits = Enumerable.Range(0, 1000).Select(_ => delay.Next(Zero, Zero, Zero, dice.NextDouble())).ToList();
        Assert.InRange(waits.Min(), Zero, TimeSpan.FromMilliseconds(50));
        Assert.InRange(waits.Max(), TimeSpan.FromMilliseconds(950), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void OnlyAGoodSessionStartsTheCountAnew()
    {
        var delay = new ReconnectDelay();
        for (var i = 0; i < 5; i++)
            delay.Next(Zero, Zero, Zero, 0);
        delay.SessionEnded(TimeSpan.FromSeconds(29));
        Assert.Equal(5, delay.Attempt);
        delay.SessionEnded(TimeSpan.FromSeconds(30));
        Assert.Equal(0, delay.Attempt);
    }

    [Fact]
    public void ThePauseTheHubAskedForComesOnTop()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), new ReconnectDelay().Next(Zero, Zero, TimeSpan.FromSeconds(5), 0));
        Assert.Equal(HubVerdict.LongestPause, new ReconnectDelay().Next(Zero, Zero, TimeSpan.FromDays(1), 0));
    }

    [Fact]
    public void NeverOverflows()
    {
        var delay = new ReconnectDelay();
        for (var i = 0; i < 100_000; i++)
            Assert.InRange(delay.Next(TimeSpan.FromDays(9), Zero, Zero, 1), Zero, ReconnectDelay.CapLater);
    }
}
