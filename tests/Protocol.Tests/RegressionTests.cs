using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;
using static PrivateConnect.Protocol.Tests.SampleFrames;

namespace PrivateConnect.Protocol.Tests;

/// <summary>What a review found: each of these fails before its fix.</summary>
public sealed class RegressionTests
{
    /// <summary>The moment between a reset here and the stream's removal from the table: the peer's OPENED crosses it.</summary>
    [Fact]
    public async Task OpenedThatCrossesAResetIsNoViolation()
    {
        await using var pair = SessionPair.Create();
        var stream = pair.Agent.Session.TryOpen(new OpenRequest("web", "me"), new Sink(), out _)!;
        stream.Reset(StreamError.Cancelled);
        Assert.True(stream.OnOpened());
    }

    /// <summary>Visitors that come and go while their target is dialled are the hub's visitors, not the hub's fault.</summary>
    [Fact]
    public async Task VisitorsThatLeaveBeforeTheirTargetAnsweredDoNotEndTheAgentsSession()
    {
        var (a, b) = DuplexPair.Create();
        await using var hub = new RawPeer(a);
        var session = new Session(b, SessionRole.Agent, new SessionOptions(), new Handler());
        var running = session.RunAsync();
        for (var i = 1u; i <= 700; i++)
            await hub.SendAsync(Open(2 * i), Reset(2 * i, (ushort)StreamError.PeerReset));
        await hub.SendAsync(Ping(1));
        // A PONG or a GOAWAY: whichever comes, everything before it was handled.
        while (await hub.ReadAsync() is { } frame && frame.Header.Type is not (FrameType.Pong or FrameType.GoAway))
        {
        }

        var ended = session.Completion.IsCompleted;
        session.Close(SessionEndReason.LocalClose, "");
        var end = await running.WithinCap();
        Assert.False(ended, $"{end.Reason}: {end.Text}");
    }

    /// <summary>An answer that repeats what was asked, made of bytes that are not UTF-8: each becomes three.</summary>
    [Fact]
    public async Task AnAnswerLargerThanAFrameDoesNotStopTheWriter()
    {
        var (a, b) = DuplexPair.Create();
        await using var agent = new RawPeer(a);
        var handler = new Handler();
        var session = new Session(b, SessionRole.Hub, new SessionOptions(), handler);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        handler.Control = m =>
        {
            session.TrySend(new RequestFailed(1, RequestFailure.UnknownService, $"No service '{((FindService)m).Service}'"));
            answered.SetResult();
        };
        var running = session.RunAsync();
        const int Length = 65_000;
        byte[] find = [0x93, 4, 1, 0xda, Length >> 8, Length & 0xff, .. Enumerable.Repeat((byte)0xff, Length)];
        await agent.SendAsync(Frame(FrameType.Control, 0, find));
        await Task.WhenAny(answered.Task, session.Completion).WithinCap();
        session.Close(SessionEndReason.LocalClose, "");
        await running.WithinCap();
    }

    /// <summary>The session ends while the receive loop handles an OPEN, after the live streams were ended.</summary>
    [Fact]
    public async Task AStreamThatIsOfferedWhileTheSessionEndsIsEndedToo()
    {
        var time = new HookedTime();
        using var heartbeat = new Heartbeat(time);
        var (a, b) = DuplexPair.Create();
        await using var hub = new RawPeer(a);
        Sink first = new(), second = new();
        var handler = new Handler { Open = s => s.Attach(s.Id == 2 ? first : second) };
        var session = new Session(b, SessionRole.Agent, new SessionOptions { Heartbeat = heartbeat }, handler);
        var running = session.RunAsync();
        await hub.SendAsync(Open(2));
        await hub.ExpectAsync(FrameType.Opened);
        time.Hook = stack =>
        {
            // The receive loop makes the second stream: end the session and wait until its streams were ended.
            if (!stack.Contains("MuxStream..ctor", StringComparison.Ordinal))
                return;
            time.Hook = null;
            session.Close(SessionEndReason.Silent, "gone");
            Assert.True(first.Closed.Task.Wait(Eventually.Cap));
        };
        await hub.SendAsync(Open(4));
        await running.WithinCap();
        Assert.True(time.Hook is null);
        await second.Closed.Task.WithinCap();
    }

    /// <summary>Both FINs are on the wire; the visitor half-closed and never reads the rest, nor goes.</summary>
    [Fact]
    public async Task AFinishedStreamWhoseEndNeverTakesTheRestIsIdleToo()
    {
        await using var pair = SessionPair.Create();
        var stream = pair.Agent.Session.TryOpen(new OpenRequest("web", "me"), new Sink { Takes = false, IsAtEnd = true }, out _)!;
        await using var server = await pair.AcceptAsync();
        await SessionPair.SendAsync(server, SessionPair.Pattern(1000, 1));
        await Eventually.TrueAsync(() => stream.State == StreamState.Closed, "both FINs");
        Assert.Equal(1000, stream.BytesHeld);
        var now = TimeProvider.System.GetTimestamp();
        stream.OnTick(now, ProtocolLimits.HalfClosedIdle);
        stream.OnTick(now + 3600 * TimeProvider.System.TimestampFrequency, ProtocolLimits.HalfClosedIdle);
        Assert.Equal(StreamError.Idle, stream.EndError);
    }

    private sealed class Handler : SessionHandler
    {
        public Action<MuxStream> Open { get; init; } = static _ => { };

        public Action<ControlMessage> Control { get; set; } = static _ => { };

        public override void OnOpen(MuxStream stream, OpenRequest request) => Open(stream);

        public override void OnControl(ControlMessage message) => Control(message);
    }

    private sealed class Sink : StreamEnd
    {
        public TaskCompletionSource<StreamError> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Takes { get; init; } = true;

        public bool IsAtEnd { get; init; }

        public override int Pull(Span<byte> into) => IsAtEnd ? 0 : WouldBlock;

        public override void ArmReadable()
        {
            if (IsAtEnd)
                Stream!.SignalReadable();
        }

        public override int Push(ReadOnlySpan<byte> data) => Takes ? data.Length : 0;

        public override void ArmWritable()
        {
        }

        public override void PushFin()
        {
        }

        public override void Close(StreamError error) => Closed.TrySetResult(error);
    }

    private sealed class HookedTime : TimeProvider
    {
        public volatile Action<string>? Hook;

        public override long GetTimestamp()
        {
            Hook?.Invoke(new System.Diagnostics.StackTrace().ToString());
            return base.GetTimestamp();
        }
    }
}
