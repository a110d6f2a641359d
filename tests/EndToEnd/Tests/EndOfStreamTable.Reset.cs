using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <content>The lines that end in a reset, and the process that is killed.</content>
public abstract partial class EndOfStreamTable
{
    private const int EarlyAborts = 20;

    [Theory]
    [MemberData(nameof(AmountsAndSides))]
    public async Task CloseWithUnreadDataIsAReset(Amount amount, Side side)
    {
        var (actor, other) = await OpenAsync(side);
        using (actor)
        using (other)
        {
            await other.SendAsync("unread"u8.ToArray());
            await actor.WaitForUnreadAsync();
            AssertPrefixThenReset(
                await SendAndEndAsync(actor, other, amount, peer => peer.Close()), Count(amount));
        }
    }

    [Theory]
    [MemberData(nameof(AmountsAndSides))]
    public async Task AbortIsAReset(Amount amount, Side side)
    {
        var (actor, other) = await OpenAsync(side);
        using (actor)
        using (other)
            AssertPrefixThenReset(
                await SendAndEndAsync(actor, other, amount, peer => peer.Abort()), Count(amount));
    }

    [Fact]
    public async Task AbortBeforeTheOpenIsAnsweredLeavesNoConnectionAtTheTarget()
    {
        for (var i = 0; i < EarlyAborts; i++)
        {
            var gone = await Peer.ConnectAsync(path.EarlyPort);
            gone.Abort();
        }

        // Whatever the target sees up to a connection that lives must be over, and not by a clean end.
        using var living = await Peer.ConnectAsync(path.EarlyPort);
        await living.SendAsync("living"u8.ToArray());
        living.FinishSending();
        for (var seen = 0; ; seen++)
        {
            Assert.InRange(seen, 0, EarlyAborts);
            using var accepted = await path.Early.AcceptAsync();
            var received = await accepted.ReadToEndAsync();
            if (received is { Bytes: 6, Ending: Ending.CleanEnd }) return;
            Assert.Equal((0L, Ending.Reset), (received.Bytes, received.Ending));
        }
    }

    /// <summary>
    /// The kernel ends the sockets of a killed process with FIN, after what it had sent; only a socket armed to reset, which
    /// is the line above, says more. The tunnel must show what plain TCP shows, and refuse what is sent afterwards.
    /// </summary>
    [Theory]
    [InlineData(Amount.NoData)]
    [InlineData(Amount.OneByte)]
    [InlineData(Amount.InFlight)]
    public async Task KilledClientProcess(Amount amount)
    {
        using var scratch = new ScratchFolder();
        var file = scratch.File("pattern");
        await File.WriteAllBytesAsync(file, Pattern.Bytes(Count(amount)), TestContext.Current.CancellationToken);
        // exec: the shell holds the descriptor, sends, and becomes a sleep that holds it still.
        await using var client = ChildProcess.Start("client", "bash",
            ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{path.MainPort} && cat '{file}' >&3 && echo sent && exec sleep 600"]);
        using var target = await path.Main.AcceptAsync();
        var reading = target.ReadToEndAsync();
        await client.WaitForLineAsync(line => line == "sent", "it has sent");
        client.Signal(Signals.KillNow);
        AssertAllThenCleanEnd(await reading, Count(amount));
        await target.SendUntilRefusedAsync();
    }
}
