using PrivateConnect.Hub.Events;
using Xunit;

namespace PrivateConnect.Hub.Tests.Events;

public sealed class EventRingTests
{
    [Fact]
    public void ReaderGoesOnWhereItWas()
    {
        var ring = new EventRing();
        for (var i = 1; i <= 5; i++) ring.Add("t", null, default);
        var (events, gap, added) = ring.After(3);
        Assert.Equal([4L, 5L], events.Select(one => one.Number));
        Assert.False(gap);
        Assert.False(added.IsCompleted);
        ring.Add("t", null, default);
        Assert.True(added.IsCompleted);
        Assert.Equal([6L], ring.After(5).Events.Select(one => one.Number));
    }

    [Fact]
    public void ReaderThatIsTooFarBehindIsToldOfTheGap()
    {
        var ring = new EventRing();
        for (var i = 0; i < EventRing.Kept + 10; i++) ring.Add("t", null, default);
        Assert.False(ring.After(10).IsGap);
        Assert.Equal(EventRing.Kept, ring.After(10).Events.Count);
        Assert.True(ring.After(9).IsGap);
        Assert.Equal(EventRing.Kept, ring.After(9).Events.Count);
        Assert.True(ring.After(EventRing.Kept + 11).IsGap);
    }
}
