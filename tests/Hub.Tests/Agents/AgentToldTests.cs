using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Hub.Tests.Agents;

public sealed class AgentToldTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AgentTold _told;

    public AgentToldTests() => _told = new AgentTold(_time);

    [Fact]
    public void ProcessorShareIsOfTheTimeBetweenTwoReportsAndNeverMoreThanThereIs()
    {
        Assert.Null(_told.Load);
        Take(0);
        Assert.Equal(new AgentLoad(1_000, null, 2), _told.Load);
        _time.Advance(TimeSpan.FromSeconds(2));
        Take(0.5);
        Assert.Equal(0.25, _told.Load!.ProcessorShare);
        // Too soon after the last one to say anything: the share stays.
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Take(0.6);
        Assert.Equal(0.25, _told.Load!.ProcessorShare);
        _time.Advance(TimeSpan.FromSeconds(2));
        Take(1_000);
        Assert.Equal(2, _told.Load!.ProcessorShare);
        _time.Advance(TimeSpan.FromSeconds(2));
        Take(1);
        Assert.Equal(0, _told.Load!.ProcessorShare);
    }

    [Fact]
    public void WhatIsOldIsNotTold()
    {
        Take(0, new StreamReport(4, LimitingFactor.Limit), new StreamReport(4, LimitingFactor.Window));
        Assert.Equal((LimitingFactor.Window, LimitingFactor.None), (_told.FactorOf(4), _told.FactorOf(6)));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(LimitingFactor.None, _told.FactorOf(4));
        Assert.NotNull(_told.Load);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(_told.Load);
    }

    private void Take(double seconds, params StreamReport[] streams) =>
        _told.Take(new AgentReport(1_000, TimeSpan.FromSeconds(seconds), 2, streams));
}
