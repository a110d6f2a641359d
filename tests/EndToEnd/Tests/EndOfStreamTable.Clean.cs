using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <content>The lines that end cleanly.</content>
public abstract partial class EndOfStreamTable
{
    [Theory]
    [MemberData(nameof(AmountsAndSides))]
    public async Task HalfCloseDeliversEverythingAndTheOtherWayLives(Amount amount, Side side)
    {
        var (actor, other) = await OpenAsync(side);
        using (actor)
        using (other)
        {
            AssertAllThenCleanEnd(
                await SendAndEndAsync(actor, other, amount, peer => peer.FinishSending()), Count(amount));
            var reading = actor.ReadToEndAsync();
            await other.SendPatternAsync(ReplyBytes);
            other.FinishSending();
            AssertAllThenCleanEnd(await reading, ReplyBytes);
        }
    }

    [Theory]
    [MemberData(nameof(AmountsAndSides))]
    public async Task CloseAfterBothEndsLeavesLaterConnectionsClean(Amount amount, Side side)
    {
        var (actor, other) = await OpenAsync(side);
        using (actor)
        using (other)
        {
            AssertAllThenCleanEnd(
                await SendAndEndAsync(actor, other, amount, peer => peer.FinishSending()), Count(amount));
            other.FinishSending();
            AssertAllThenCleanEnd(await actor.ReadToEndAsync(), 0);
            actor.Close();
            other.Close();
        }

        var (client, target) = await path.OpenAsync();
        using (client)
        using (target)
        {
            client.FinishSending();
            target.FinishSending();
            AssertAllThenCleanEnd(await target.ReadToEndAsync(), 0);
            AssertAllThenCleanEnd(await client.ReadToEndAsync(), 0);
        }
    }

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task BothFinishAtTheSameInstant(Amount amount)
    {
        var (client, target) = await path.OpenAsync();
        using (client)
        using (target)
        {
            var toTarget = SendAndEndAsync(client, target, amount, peer => peer.FinishSending());
            var toClient = SendAndEndAsync(target, client, amount, peer => peer.FinishSending());
            AssertAllThenCleanEnd(await toTarget, Count(amount));
            AssertAllThenCleanEnd(await toClient, Count(amount));
        }
    }

    [Theory]
    [MemberData(nameof(Amounts))]
    public async Task FinishBeforeTheOpenIsAnswered(Amount amount)
    {
        using var client = await Peer.ConnectAsync(path.MainPort);
        client.FinishSending();
        using var target = await path.Main.AcceptAsync();
        AssertAllThenCleanEnd(await target.ReadToEndAsync(), 0);
        AssertAllThenCleanEnd(
            await SendAndEndAsync(target, client, amount, peer => peer.FinishSending()), Count(amount));
    }

    [Theory]
    [MemberData(nameof(AmountsAndSides))]
    public async Task OneSideSpeaksAndLeaves(Amount amount, Side side)
    {
        var (actor, other) = await OpenAsync(side);
        using (actor)
        using (other)
        {
            AssertAllThenCleanEnd(await SendAndEndAsync(actor, other, amount, peer => peer.Close()), Count(amount));
            // The other may still send; the closed end answers with a reset, and that is passed on.
            await other.SendUntilRefusedAsync();
        }
    }
}
