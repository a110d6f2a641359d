using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Agents;

/// <summary>Nobody adds seconds in which nothing flowed; they are seconds all the same.</summary>
public sealed class FlowHistoriesTests() : EngineSuite(null)
{
    [Fact]
    public async Task SecondsOfRestAreKeptAsSuch()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var histories = new FlowHistories(hub.Services);
        histories.Add([Flowing("db", 100), Flowing("api", 7)]);
        for (var second = 0; second < 3; second++)
            histories.Add([Flowing("db", 0), Flowing("api", 7)]);
        histories.Add([Flowing("db", 50), Flowing("api", 7)]);
        Assert.Equal([100, 0, 0, 0, 50], histories.LastMinutes("w", "db").In.TakeLast(5));
        Assert.Equal([107, 7, 7, 7, 57], histories.LastMinutes("w").In.TakeLast(5));
        Assert.Equal(150 / 60f, histories.LastDay("w", "db").In[^1], 0.001f);
    }

    [Fact]
    public async Task FiveMinutesOfRestAreForgotten()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var histories = new FlowHistories(hub.Services);
        histories.Add([Flowing("db", 100)]);
        for (var second = 0; second < FlowHistories.Seconds; second++)
            histories.Add([]);
        Assert.Equal(0, histories.LastMinutes("w", "db").Peak);
        Assert.Equal(100 / 60f, histories.LastDay("w", "db").Peak, 0.001f);
    }

    private static LiveService Flowing(string name, double rate) =>
        new("w", name, "a", "agent", "t:1", "127.0.0.1", 1, 1, 0, 0, rate, 0);
}
