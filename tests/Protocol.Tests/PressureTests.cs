using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>What happens when a budget that sessions share runs full: growth stops, then opening, and last the largest holder goes.</summary>
public sealed class PressureTests
{
    private const int Window = ProtocolLimits.MaxInitialWindow;

    [Fact]
    public async Task TheStreamThatHoldsMostOfAllSessionsIsResetAndNoOther()
    {
        // A reader that never reads takes a quarter of a window and makes us hold the rest; of what the second sends we hold
        // three to five eighths, as its reader comes before or after the bytes.
        var budget = new HeldBytes(Window / 10 * 11, null);
        var options = new SessionOptions { Budget = budget };
        await using var first = SessionPair.Create(options: options);
        await using var second = SessionPair.Create(options: options);
        var bytes = SessionPair.Pattern(4 * Window, 7);

        var greedy = await first.OpenAsync("greedy");
        var greedySending = SessionPair.SendAsync(greedy, bytes);
        var greedyServer = await first.AcceptAsync();
        await Eventually.TrueAsync(() => first.Hub.Session.Held.Held is > Window / 10 * 7 and < Window / 10 * 8, "the first stream's window fills");
        var victim = first.Hub.Session.Held.Held;

        var modest = await second.OpenAsync("modest");
        var few = bytes[..(Window * 5 / 8)];
        var modestSending = SessionPair.SendAsync(modest, few);
        var modestServer = await second.AcceptAsync();
        await Eventually.TrueAsync(() => first.LiveStreams == 0 || second.LiveStreams == 0, "one of both is reset");

        Assert.Equal(2, second.LiveStreams);
        Assert.True(victim <= Window, $"held {victim}");
        await Assert.ThrowsAnyAsync<IOException>(() => SessionPair.ReadAllAsync(greedyServer));
        await SessionPair.ExpectAsync(modestServer, few).WithinCap();
        await modestSending.WithinCap();
        await Assert.ThrowsAnyAsync<IOException>(() => greedySending);
        Assert.False(first.Hub.Session.Completion.IsCompleted, "a session died");
    }

    [Fact]
    public async Task ABudgetThatIsNinetyPercentFullRefusesNewStreamsAndTakesThemAgain()
    {
        var budget = new HeldBytes(1_000_000, null);
        await using var pair = SessionPair.Create(options: new SessionOptions { Budget = budget });
        budget.Add(900_000);
        await Assert.ThrowsAnyAsync<IOException>(() => pair.OpenAsync("refused"));
        budget.Add(-900_000);
        var bytes = SessionPair.Pattern(1_000, 1);
        var client = await pair.OpenAsync("taken");
        await SessionPair.SendAsync(client, bytes);
        await SessionPair.ExpectAsync(await pair.AcceptAsync(), bytes);
    }

    [Fact]
    public async Task AStreamCountsWhileItLives()
    {
        var budget = new HeldBytes(1_000_000, null);
        await using var pair = SessionPair.Create(options: new SessionOptions { Budget = budget });
        var client = await pair.OpenAsync("one");
        var server = await pair.AcceptAsync();
        Assert.Equal(2 * ProtocolLimits.StreamCost, budget.Held);
        client.Abort();
        await Eventually.TrueAsync(() => budget.Held == 0, "nothing is counted any more");
        server.Abort();
    }
}
