using System.IO.Pipelines;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Embedding;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;
using static PrivateConnect.Protocol.Tests.SampleFrames;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Peers that break the contract: each costs its own session, by name, and nothing else.</summary>
public sealed class HostilePeerTests
{
    private const int Window = ProtocolLimits.MaxInitialWindow;

    public static TheoryData<string, byte[][], string> Violations()
    {
        var data = new TheoryData<string, byte[][], string>
        {
            { "open with more data than the window", [Open(1), .. Chunks(1, Window + 1)], "FlowControl" },
            { "data for an id that was never opened", [Data(1, 1)], "BadStreamId" },
            { "data for an id of ours that was never opened", [Data(2, 1)], "BadStreamId" },
            { "open with our parity", [Open(2)], "BadStreamId" },
            { "id reused", [Open(1), Open(1)], "BadStreamId" },
            { "id going back", [Open(3), Open(1)], "BadStreamId" },
            { "id reused after its end", [Open(1), Reset(1, 1), Open(1)], "BadStreamId" },
            { "data after FIN", [Open(1), Frame(FrameType.Fin, 1), Data(1, 1)], "WrongState" },
            { "FIN twice", [Open(1), Frame(FrameType.Fin, 1), Frame(FrameType.Fin, 1)], "WrongState" },
            { "OPENED for a stream of the peer's own", [Open(1), Frame(FrameType.Opened, 1)], "WrongState" },
            { "OPENED for a stream never opened", [Frame(FrameType.Opened, 2)], "BadStreamId" },
            { "credit that goes back", [Open(1), Credit(1, Window - 1)], "FlowControl" },
            { "credit too far", [Open(1), Credit(1, ProtocolLimits.MaxWindow + 1L)], "FlowControl" },
            { "negative credit", [Open(1), Credit(1, -1)], "FlowControl" },
            { "credit that overflows", [Open(1), Credit(1, long.MaxValue)], "FlowControl" },
            { "credit for a stream never opened", [Credit(1, Window)], "BadStreamId" },
            { "HELLO inside a session", [Frame(FrameType.Hello, 0, 0x90)], "WrongState" },
            { "WELCOME inside a session", [Frame(FrameType.Welcome, 0, 0x90)], "WrongState" },
            { "unknown type", [[0x77, 0, 0, 0, 0, 0, 0, 0]], "UnknownType" },
            { "flags", [[(byte)FrameType.Ping, 1, 0, 8, 0, 0, 0, 0]], "BadFlags" },
            { "length of all ones", [[(byte)FrameType.Data, 0, 0xFF, 0xFF, 0, 0, 0, 1]], "BadLength" },
            { "empty data", [Open(1), [(byte)FrameType.Data, 0, 0, 0, 0, 0, 0, 1]], "BadLength" },
            { "stream id on a session frame", [[(byte)FrameType.Ping, 0, 0, 8, 0, 0, 0, 1]], "BadStreamId" },
            { "garbage", ["GET / HTTP/1.1\r\n\r\n"u8.ToArray()], "UnknownType" },
        };
        foreach (var (name, bomb) in MessagePackBombs.All())
        {
            data.Add("control: " + name, [Frame(FrameType.Control, 0, bomb)], "BadPayload");
            if (bomb.Length <= ProtocolLimits.MaxSmallPayload)
                data.Add("open: " + name, [Frame(FrameType.Open, 1, bomb)], "BadPayload");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task AViolationEndsTheSessionWithItsName(string what, byte[][] frames, string violation)
    {
        var (peer, session) = Start();
        await peer.SendAsync(frames);
        var goAway = await peer.ExpectGoAwayAsync();
        Assert.Equal(GoAwayCode.ProtocolViolation, goAway.Code);
        Assert.StartsWith(violation + ":", goAway.Text, StringComparison.Ordinal);
        var end = await session.Running.WithinCap();
        Assert.True(end.Reason == SessionEndReason.ProtocolViolation, what);
        Assert.Equal(0, session.Session.LiveStreams);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task ExactlyTheWindowIsAllowed()
    {
        var (peer, session) = Start();
        await peer.SendAsync([Open(1), .. Chunks(1, Window), Ping(42)]);
        await peer.ExpectAsync(FrameType.Pong);
        Assert.False(session.Session.Completion.IsCompleted);
        await EndAsync(peer, session);
    }

    [Fact]
    public async Task FramesForAStreamThatEndedAreIgnored()
    {
        var (peer, session) = Start();
        await peer.SendAsync(
            Open(1), Reset(1, 1), Data(1, 1, 2, 3), Credit(1, Window), Frame(FrameType.Fin, 1), Reset(1, 1), Ping(42));
        var pong = await peer.ExpectAsync(FrameType.Pong);
        Assert.Equal(42, pong.Payload[7]);
        await EndAsync(peer, session);
    }

    [Fact]
    public async Task IgnorableFramesAndLaterFieldsAreIgnored()
    {
        var (peer, session) = Start();
        byte[] openWithMoreFields = [0x93, 0xa1, (byte)'w', 0xa1, (byte)'p', 0xc3];
        await peer.SendAsync(
            Frame(FrameType.IgnorableFirst, 0, 1, 2), Frame(FrameType.IgnorableLast, 9), Frame(FrameType.Open, 1, openWithMoreFields),
            Ping(42));
        await peer.ExpectAsync(FrameType.Opened);
        await peer.ExpectAsync(FrameType.Pong);
        await EndAsync(peer, session);
    }

    public static TheoryData<string, byte[][]> Floods() => new()
    {
        { "pings", [.. Enumerable.Repeat(Ping(1), 2_000)] },
        { "ignorable frames", [.. Enumerable.Repeat(Frame(FrameType.IgnorableFirst, 0), 20_000)] },
        { "credits that give nothing", [Open(1), .. Enumerable.Repeat(Credit(1, Window), 20_000)] },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task AFloodEndsTheSessionWithItsName(string what, byte[][] frames)
    {
        var (peer, session) = Start();
        var reading = peer.ExpectGoAwayAsync();
        try
        {
            await peer.SendAsync(frames);
        }
        catch (IOException)
        {
            // The session ended while we were still flooding: that is the point.
        }

        var goAway = await reading;
        Assert.Equal(GoAwayCode.Flood, goAway.Code);
        Assert.Contains(what, goAway.Text, StringComparison.Ordinal);
        Assert.Equal(SessionEndReason.Flood, (await session.Running.WithinCap()).Reason);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task OpeningAndResettingUnansweredIsAFlood()
    {
        var (a, b) = DuplexPair.Create();
        await using var peer = new RawPeer(a);
        var session = new Session(b, SessionRole.Hub, new SessionOptions(), new NeverAnswers());
        var running = session.RunAsync();
        var reading = peer.ExpectGoAwayAsync();
        try
        {
            for (var id = 1u; id < 40_000; id += 2)
                await peer.SendAsync(Open(id), Reset(id, 1));
        }
        catch (IOException)
        {
            // The session ended while we were still flooding: that is the point.
        }

        Assert.Equal(GoAwayCode.Flood, (await reading).Code);
        Assert.Equal(SessionEndReason.Flood, (await running.WithinCap()).Reason);
    }

    [Fact]
    public async Task MoreUnansweredStreamsThanAllowedAreReset()
    {
        var (a, b) = DuplexPair.Create();
        await using var peer = new RawPeer(a);
        var session = new Session(b, SessionRole.Hub, new SessionOptions(), new NeverAnswers());
        var running = session.RunAsync();
        for (var i = 0u; i <= ProtocolLimits.MaxUnansweredOpens; i++)
            await peer.SendAsync(Open((2 * i) + 1));
        var reset = await peer.ExpectAsync(FrameType.Reset);
        Assert.Equal((2u * ProtocolLimits.MaxUnansweredOpens) + 1, reset.Header.StreamId);
        Assert.Equal((byte)StreamError.TooManyStreams, reset.Payload[1]);
        session.Close(SessionEndReason.LocalClose, "done");
        await running.WithinCap();
    }

    /// <summary>Each byte may cost a new key of TLS: bytes alone do not say how long a turn was.</summary>
    [Fact]
    public async Task APeerThatSendsByteByByteLetsOthersOfItsLoopHaveTheirTurns()
    {
        var (a, b) = DuplexPair.Create(mostPerRead: 1);
        await using var peer = new RawPeer(a);
        var turns = new CountingScheduler();
        var session = new SessionConnectionContext(b, SessionRole.Hub, new SessionOptions { Scheduler = turns });
        await peer.SendAsync(Frame(FrameType.IgnorableFirst, 0, new byte[16_000]), Ping(1));
        await peer.ExpectAsync(FrameType.Pong);
        Assert.True(turns.Count >= 1_000, $"{turns.Count} turns");
        await session.DisposeAsync().AsTask().WithinCap();
    }

    [Fact]
    public async Task ASessionHoldsNoBlockWhileItWaits()
    {
        var (a, b) = DuplexPair.Create();
        await using var peer = new RawPeer(a);
        var session = new SessionConnectionContext(b, SessionRole.Hub, new SessionOptions());
        await peer.SendAsync([.. Enumerable.Repeat(Frame(FrameType.IgnorableFirst, 0, new byte[16_000]), 4), Ping(1)]);
        await peer.ExpectAsync(FrameType.Pong);
        await Eventually.TrueAsync(() => b.LastReadSize == 0, "it waits empty-handed");
        await session.DisposeAsync().AsTask().WithinCap();
    }

    private static (RawPeer Peer, SessionConnectionContext Session) Start()
    {
        var (a, b) = DuplexPair.Create();
        return (new RawPeer(a), new SessionConnectionContext(b, SessionRole.Hub, new SessionOptions()));
    }

    private static async Task EndAsync(RawPeer peer, SessionConnectionContext session)
    {
        await session.DisposeAsync().AsTask().WithinCap();
        await peer.DisposeAsync();
    }

    private static IEnumerable<byte[]> Chunks(uint id, int bytes)
    {
        for (; bytes > 0; bytes -= ProtocolLimits.MaxPayload)
            yield return Data(id, new byte[Math.Min(bytes, ProtocolLimits.MaxPayload)]);
    }

    private sealed class CountingScheduler : PipeScheduler
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override void Schedule(Action<object?> action, object? state)
        {
            Interlocked.Increment(ref _count);
            ThreadPool.Schedule(action, state);
        }
    }

    private sealed class NeverAnswers : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }
}
