using PrivateConnect.Hub.Agents;
using Xunit;

namespace PrivateConnect.Hub.Tests;

public sealed class FlowRingTests
{
    [Fact]
    public void ShowsTheLastStepsOldestFirst()
    {
        var ring = new FlowRing(4);
        for (var step = 1; step <= 6; step++)
            ring.Add(step, step, step * 10);
        var read = ring.Read(6);
        Assert.Equal([3f, 4f, 5f, 6f], read.In);
        Assert.Equal([30f, 40f, 50f, 60f], read.Out);
        Assert.Equal(60, read.Peak);
    }

    [Fact]
    public void StepsThatNobodyFilledAreSilent()
    {
        var ring = new FlowRing(4);
        ring.Add(1, 1, 0);
        ring.Add(4, 4, 0);
        Assert.Equal([1f, 0f, 0f, 4f], ring.Read(4).In);
        // Read later than it was written: what is beyond is silence, what is before is gone.
        Assert.Equal([0f, 4f, 0f, 0f], ring.Read(6).In);
        ring.Add(7, 7, 0);
        Assert.Equal([4f, 0f, 0f, 7f], ring.Read(7).In);
    }

    [Fact]
    public void OneStepSumsWhatFellIntoIt()
    {
        var ring = new FlowRing(2);
        ring.Add(3, 1, 2);
        ring.Add(3, 1, 2);
        Assert.Equal([0f, 2f], ring.Read(3).In);
        Assert.Equal([0f, 4f], ring.Read(3).Out);
    }

    [Fact]
    public void SilenceTakesNoMemory()
    {
        var ring = new FlowRing(3);
        ring.Add(1, 0, 0);
        Assert.False(ring.IsKept);
        ring.Add(2, 5, 0);
        ring.Add(4, 0, 0);
        Assert.True(ring.IsKept);
        ring.Add(5, 0, 0);
        Assert.False(ring.IsKept);
        Assert.Equal([0f, 0f, 0f], ring.Read(5).In);
    }
}
