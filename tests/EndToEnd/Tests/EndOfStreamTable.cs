using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>What is under way when one side ends.</summary>
public enum Amount
{
    NoData,
    OneByte,
    InFlight,
    Unread,
}

/// <summary>Which end acts.</summary>
public enum Side
{
    Client,
    Target,
}

/// <summary>
/// Every way in which one end can end, with every amount of data under way, from both ends. Plain TCP passes it; a tunnel
/// must be told apart from plain TCP by nothing here.
/// </summary>
public abstract partial class EndOfStreamTable(PathFixture path)
{
    private const int InFlightBytes = 1 << 20;

    /// <summary>Fits the smallest window and any kernel buffer, so that sending it never waits for the receiver.</summary>
    private const int UnreadBytes = 64 * 1024;

    private const int ReplyBytes = 100_000;

    public static TheoryData<Amount, Side> AmountsAndSides()
    {
        var data = new TheoryData<Amount, Side>();
        foreach (var amount in Enum.GetValues<Amount>())
            foreach (var side in Enum.GetValues<Side>())
                data.Add(amount, side);
        return data;
    }

    public static TheoryData<Amount> Amounts() => [.. Enum.GetValues<Amount>()];

    private static int Count(Amount amount) => amount switch
    {
        Amount.NoData => 0,
        Amount.OneByte => 1,
        Amount.InFlight => InFlightBytes,
        _ => UnreadBytes,
    };

    /// <summary>Opens a connection and says which end acts.</summary>
    private async Task<(Peer Actor, Peer Other)> OpenAsync(Side side)
    {
        var (client, target) = await path.OpenAsync();
        return side == Side.Client ? (client, target) : (target, client);
    }

    /// <summary>
    /// The actor sends the amount and ends in its way; the other reads from the start, or, for <see cref="Amount.Unread"/>,
    /// only when the end has happened. The answer is what the other got.
    /// </summary>
    private static async Task<Received> SendAndEndAsync(Peer actor, Peer other, Amount amount, Action<Peer> end)
    {
        var reading = amount == Amount.Unread ? null : other.ReadToEndAsync();
        await actor.SendPatternAsync(Count(amount));
        if (amount == Amount.Unread) await other.WaitForUnreadAsync();
        end(actor);
        return await (reading ?? other.ReadToEndAsync());
    }

    private static void AssertAllThenCleanEnd(Received received, int count) =>
        Assert.Equal(new Received(count, true, Ending.CleanEnd), received);

    /// <summary>A reset may take data with it, but what arrived is a prefix, and the end is not a clean one.</summary>
    private static void AssertPrefixThenReset(Received received, int count)
    {
        Assert.Equal(Ending.Reset, received.Ending);
        Assert.True(received.IsPrefix, "What arrived is not what was sent.");
        Assert.InRange(received.Bytes, 0, count);
    }
}

/// <summary>The control.</summary>
[Trait("Category", Suites.Control)]
public sealed class EndOfStreamDirect(DirectPath path) : EndOfStreamTable(path), IClassFixture<DirectPath>;

/// <summary>Through the hub's port.</summary>
[Trait("Category", Suites.EndOfStream)]
public sealed class EndOfStreamThroughPort(PortPath path) : EndOfStreamTable(path), IClassFixture<PortPath>;

/// <summary>By name, agent to agent.</summary>
[Trait("Category", Suites.EndOfStream)]
public sealed class EndOfStreamThroughReach(ReachPath path) : EndOfStreamTable(path), IClassFixture<ReachPath>;
