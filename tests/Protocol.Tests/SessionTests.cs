using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Embedding;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Two sessions over memory: bytes, ends, resets, loss.</summary>
public sealed class SessionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16_383)]
    [InlineData(int.MaxValue)]
    public async Task BytesFlowBothWaysWhateverTheTransportDelivers(int mostPerRead)
    {
        await using var pair = SessionPair.Create(mostPerRead);
        var size = mostPerRead < 16 ? 20_000 : 3_000_000;
        var sent = SessionPair.Pattern(size, 1);
        var answer = SessionPair.Pattern(size, 2);
        await using var client = await pair.OpenAsync("web");
        await using var server = await pair.AcceptAsync();
        Assert.Equal("web", server.Features.Get<OpenFeature>()!.Request.Service);

        var all = Task.WhenAll(
            SessionPair.SendAsync(client, sent), SessionPair.SendAsync(server, answer),
            SessionPair.ExpectAsync(server, sent), SessionPair.ExpectAsync(client, answer));
        await all.WithinCap();
        await Eventually.TrueAsync(() => pair.LiveStreams == 0, "both tables empty");
    }

    [Fact]
    public async Task HalfCloseLeavesTheOtherWayOpen()
    {
        await using var pair = SessionPair.Create();
        await using var client = await pair.OpenAsync("web");
        await using var server = await pair.AcceptAsync();
        await SessionPair.SendAsync(client, "question"u8.ToArray());
        await SessionPair.ExpectAsync(server, "question"u8.ToArray());
        Assert.Equal(StreamState.RemoteClosed, ((StreamConnectionContext)server).Stream.State);
        await SessionPair.SendAsync(server, "a long answer"u8.ToArray());
        await SessionPair.ExpectAsync(client, "a long answer"u8.ToArray());
    }

    [Fact]
    public async Task AResetReachesTheOtherSideWithItsCauseAndIsNoCleanEnd()
    {
        await using var pair = SessionPair.Create();
        await using var client = await pair.OpenAsync("web");
        await using var server = await pair.AcceptAsync();
        await server.Transport.Output.WriteAsync("part of an answer"u8.ToArray());
        ((StreamConnectionContext)server).Stream.Reset(StreamError.TargetRefused);
        var error = await Assert.ThrowsAsync<StreamResetException>(() => SessionPair.ReadAllAsync(client).WithinCap());
        Assert.Equal(StreamError.TargetRefused, error.Error);
        await Eventually.TrueAsync(() => pair.LiveStreams == 0, "both tables empty");
    }

    [Fact]
    public async Task AReaderThatNeverReadsHoldsItsWindowAndNoMoreAndStopsNobodyElse()
    {
        await using var pair = SessionPair.Create();
        await using var stalled = await pair.OpenAsync("stalled");
        await using var stalledServer = await pair.AcceptAsync();
        var sending = SessionPair.SendAsync(stalled, SessionPair.Pattern(4_000_000, 3));
        var stream = ((StreamConnectionContext)stalledServer).Stream;
        // The pipe face takes up to its own threshold, the rest of the window is held, and there it stops.
        await Eventually.TrueAsync(() => stream.BytesHeld > ProtocolLimits.MaxInitialWindow / 2, "the window fills");

        for (var i = 0; i < 20; i++)
        {
            await using var other = await pair.OpenAsync("other");
            await using var otherServer = await pair.AcceptAsync();
            var bytes = SessionPair.Pattern(500_000, i);
            await Task.WhenAll(SessionPair.SendAsync(other, bytes), SessionPair.ExpectAsync(otherServer, bytes)).WithinCap();
            Assert.True(stream.BytesHeld <= ProtocolLimits.MaxInitialWindow, $"held {stream.BytesHeld}");
        }

        Assert.False(sending.IsCompleted);
        await SessionPair.ExpectAsync(stalledServer, SessionPair.Pattern(4_000_000, 3)).WithinCap();
        await sending.WithinCap();
    }

    [Fact]
    public async Task ALostTransportResetsEveryStreamAndNamesTheCause()
    {
        await using var pair = SessionPair.Create();
        await using var client = await pair.OpenAsync("web");
        await using var server = await pair.AcceptAsync();
        await pair.Transport.DisposeAsync();
        var error = await Assert.ThrowsAsync<StreamResetException>(() => SessionPair.ReadAllAsync(server).WithinCap());
        Assert.Equal(StreamError.SessionLost, error.Error);
        Assert.Equal(SessionEndReason.ConnectionLost, (await pair.Hub.Running.WithinCap()).Reason);
    }

    [Fact]
    public async Task AnOrderlyCloseIsNotALostConnection()
    {
        await using var pair = SessionPair.Create();
        pair.Hub.Session.Close(SessionEndReason.LocalClose, "done");
        Assert.Equal(SessionEndReason.LocalClose, (await pair.Hub.Running.WithinCap()).Reason);
        var end = await pair.Agent.Running.WithinCap();
        Assert.Equal(SessionEndReason.RemoteClose, end.Reason);
        Assert.Equal(GoAwayCode.Closing, end.Remote!.Code);
    }

    [Fact]
    public async Task AfterGoAwayNewStreamsAreRefusedAndOldOnesFinish()
    {
        await using var pair = SessionPair.Create();
        await using var client = await pair.OpenAsync("web");
        await using var server = await pair.AcceptAsync();
        pair.Hub.Session.SendGoAway(GoAwayCode.Draining, TimeSpan.Zero, "restart");
        await Eventually.TrueAsync(
            () => pair.Agent.Session.TryOpen(new OpenRequest("x", ""), new NoEnd(), out _) is null, "the agent heard GOAWAY");
        await Task.WhenAll(
            SessionPair.SendAsync(client, "last"u8.ToArray()), SessionPair.ExpectAsync(server, "last"u8.ToArray())).WithinCap();
        await Task.WhenAll(
            SessionPair.SendAsync(server, "words"u8.ToArray()), SessionPair.ExpectAsync(client, "words"u8.ToArray())).WithinCap();
    }

    [Fact]
    public async Task AConnectionCutAtAnyByteEndsBothSidesAndNeverLooksClean()
    {
        // One short conversation is about 200 bytes each way; the agent's side is cut after n of them.
        for (var cut = 0; cut < 220; cut++)
        {
            await using var pair = SessionPair.Create(cutAfter: cut);
            var payload = SessionPair.Pattern(100, cut);
            var opening = pair.OpenAsync("web");
            var received = pair.AcceptOneAsync();
            try
            {
                await using var client = await opening.WithinCap();
                await SessionPair.SendAsync(client, payload).WithinCap();
                var answer = SessionPair.ReadAllAsync(client);
                if (await received.WithinCap() is { } whole)
                    Assert.Equal(payload, whole);
                await pair.Transport.DisposeAsync();
                await Assert.ThrowsAnyAsync<IOException>(() => answer.WithinCap());
            }
            catch (IOException)
            {
                // Cut before the stream was open, or while it was written.
            }

            await pair.Transport.DisposeAsync();
            await pair.Agent.Running.WithinCap();
            await pair.Hub.Running.WithinCap();
        }
    }

    private sealed class NoEnd : StreamEnd
    {
        public override int Pull(Span<byte> into) => WouldBlock;

        public override void ArmReadable()
        {
        }

        public override int Push(ReadOnlySpan<byte> data) => 0;

        public override void ArmWritable()
        {
        }

        public override void PushFin()
        {
        }

        public override void Close(StreamError error)
        {
        }
    }
}
