using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Web.Tests.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>An agent that asks in vain again and again, and one that comes back before its older session ended.</summary>
public sealed class AgentFloodTests
{
    [Fact]
    public async Task RefusedServicesAreLoggedSoManyTimesASecondAndThenCounted()
    {
        const int more = 30;
        using var lines = new Lines();
        await using var hub = await RightsFixture.StartAsync(log: log => log.AddProvider(lines));
        var (agent, _) = await hub.AgentAsync("box");
        // The hub's clock stands still: all of this is one second.
        for (var i = 0; i < LogPace.LinesPerSecond + more; i++)
            Assert.IsType<RequestFailed>(await agent.ExposeAsync("Not A Name", hub.EchoPort));
        Assert.Equal(LogPace.LinesPerSecond, lines.Of(2006).Count);
        Assert.Empty(lines.Of(2014));
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await agent.ExposeAsync("Not A Name", hub.EchoPort);
        Assert.Equal(LogPace.LinesPerSecond + 1, lines.Of(2006).Count);
        Assert.StartsWith($"{more} more refused services", Assert.Single(lines.Of(2014)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LateEndOfTheOlderSessionLeavesTheNewerOnesServices()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (before, identity) = await hub.AgentAsync("box");
        var registry = hub.Relay.Registry;
        var older = registry.Find(identity.AgentId)!;
        var first = (ServicePublished)await before.ExposeAsync("db", hub.EchoPort);
        var olderService = registry.FindService(hub.Workspace, "db")!;

        var agent = await hub.ConnectAsync("box");
        var again = (ServicePublished)await agent.ExposeAsync("db", hub.EchoPort);
        Assert.Equal(first.Port, again.Port);
        var newer = registry.Find(identity.AgentId)!;
        using var visitor = await SitePeople.VisitAsync(again.Port);
        await RightsFixture.EchoAsync(visitor);

        // What the older one still does at its end, after all that the newer one did.
        await older.Served.Task.WaitAsync(Door.Wait.Cap);
        registry.Withdraw(olderService);
        registry.Leave(older);
        await olderService.DisposeAsync();
        Assert.NotSame(older, newer);
        Assert.Same(newer, registry.Find(identity.AgentId));
        Assert.Same(newer, registry.FindService(hub.Workspace, "db")?.Owner);
        await RightsFixture.EchoAsync(visitor);
        using var another = await SitePeople.VisitAsync(again.Port);
        await RightsFixture.EchoAsync(another);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(int Id, string Text)> _all = new();

        public List<string> Of(int id) => [.. _all.Where(line => line.Id == id).Select(line => line.Text)];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Enqueue((eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
