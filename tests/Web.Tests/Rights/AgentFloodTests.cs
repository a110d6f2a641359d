using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
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
    public async Task TextsOfAnAgentReachNeitherDatabaseNorLogAsMoreThanText()
    {
        const string hostile = "x\r\n2001 fake \u001b[2J\0";
        using var lines = new Lines();
        await using var hub = await RightsFixture.StartAsync(log: log => log.AddProvider(lines));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await hub.Get<AgentDirectory>().EnrolAsync(
            key.ExportSubjectPublicKeyInfo(), "box", hub.Key, "127.0.0.1", CancellationToken.None);
        var agent = await TestAgent.ConnectAsync(hub.ApiPort, key, version: hostile);
        foreach (var target in (string[])["127.0.0.1:1\0", hostile, "127.0.0.1:1\u202e"])
        {
            var refused = (RequestFailed)await agent.AskAsync(id => new PublishService(id, "db", target, 0));
            Assert.Equal(RequestFailure.Other, refused.Code);
            Assert.Contains("not printable", refused.Text, StringComparison.Ordinal);
        }

        Assert.IsType<RequestFailed>(await agent.AskAsync(id => new PublishService(id, hostile, "127.0.0.1:1", 0)));
        Assert.IsType<RequestFailed>(await agent.AskAsync(id => new PublishService(id, "db", "127.0.0.1:1", 0) { Allow = hostile }));
        agent.Session.Close(SessionEndReason.LocalClose, hostile);
        await Door.Wait.UntilAsync(() => lines.Of(2002).Count > 0);
        Assert.Equal((1, 5), (lines.Of(2001).Count, lines.Of(2006).Count));
        Assert.DoesNotContain(lines.Of(2001).Concat(lines.Of(2006)).Concat(lines.Of(2002)), line => line.Any(char.IsControl));
        Assert.Null(hub.Get<ServiceDirectory>().Find(hub.Workspace, "db"));
        await agent.DisposeAsync();
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
