using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>The order of written frames, and what a session says of its streams; the clock is the test's.</summary>
public sealed class SchedulingTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly RawPeer _peer;
    private readonly Session _session;
    private readonly Task _running;

    public SchedulingTests()
    {
        _heartbeat = new Heartbeat(_time);
        var (a, b) = DuplexPair.Create();
        _peer = new RawPeer(a);
        _session = new Session(b, SessionRole.Agent, new SessionOptions { Heartbeat = _heartbeat }, new NoHandler());
        _running = _session.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A writer that waits for its transport ends when somebody reads, or when the grace is over.
        _session.Close(SessionEndReason.LocalClose, "");
        var draining = DrainAsync();
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(ProtocolLimits.CloseGrace);
                return _running.IsCompleted;
            },
            "the session ends");
        await draining.WithinCap();
        await _peer.DisposeAsync();
        _heartbeat.Dispose();
    }

    private async Task DrainAsync()
    {
        try
        {
            while (await _peer.ReadAsync() is not null)
            {
            }
        }
        catch (EndOfStreamException)
        {
            // Cut in a frame.
        }
    }

    [Fact]
    public async Task AKeystrokeWaitsForOneBatchAtMostBehind64BulkStreams()
    {
        var keys = new Endless { HasMore = false };
        var quiet = Open(keys);
        HashSet<uint> bulk = [];
        for (var i = 0; i < 64; i++)
            bulk.Add(Open(new Endless()).Id);

        // A stream is quiet until its first turn: bulk are those that had one.
        var at = 0L;
        while (bulk.Count > 0 && await _peer.ReadAsync() is { } frame)
        {
            at += ProtocolLimits.HeaderSize + frame.Payload.Length;
            if (frame.Header.Type == FrameType.Data)
                bulk.Remove(frame.Header.StreamId);
        }

        keys.Say();
        var latest = _session.BytesOut + BlockPool.Large.BlockSize;
        while (await _peer.ReadAsync() is { } frame && (frame.Header.Type != FrameType.Data || frame.Header.StreamId != quiet.Id))
            at += ProtocolLimits.HeaderSize + frame.Payload.Length;
        Assert.InRange(at, 0, latest);
    }

    [Fact]
    public async Task AQuietStreamIsBesideOthersForAWhileButNeverBesideItself()
    {
        Endless first = new() { HasMore = false }, second = new() { HasMore = false };
        var (one, two) = (Open(first), Open(second));
        first.Say();
        await Eventually.TrueAsync(() => _session.Sending.IsQuietBeside(two.Id), "it is sent");
        Assert.False(_session.Sending.IsQuietBeside(one.Id));
        second.Say();
        await Eventually.TrueAsync(() => _session.Sending.IsQuietBeside(one.Id), "it is sent");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_session.Sending.IsQuietBeside(one.Id));
    }

    [Fact]
    public async Task BulkThatNobodyHeardForAWhileIsNotTakenForAKeystroke()
    {
        Endless keys = new() { HasMore = false };
        var (typist, bulk) = (Open(keys), Open(new Endless()));
        await ReadAsync(bulk, ProtocolLimits.MaxInitialWindow);
        Assert.False(_session.Sending.IsQuietBeside(0));
        keys.Say();
        await Eventually.TrueAsync(() => _session.Sending.IsQuietBeside(bulk.Id), "a keystroke is one");
        Assert.False(_session.Sending.IsQuietBeside(typist.Id));
    }

    [Fact]
    public async Task ALimitedServiceWaitsOnTheClockAndAnotherDoesNot()
    {
        var flow = new SendFlow(new ServiceShare(10, 8_000_000, 0), _time);
        var limited = Open(new Endless(), flow);
        await Eventually.TrueAsync(() => limited.BytesOut == 20_000, "its burst is sent");
        var free = Open(new Endless());
        await ReadAsync(free, ProtocolLimits.MaxInitialWindow);
        Assert.Equal(20_000, limited.BytesOut);

        // A tenth of a second is 100,000 bytes, whatever the steps; the timer counts in whole milliseconds.
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Eventually.TrueAsync(() => flow.IsPaused, "the step is sent");
        }

        Assert.InRange(limited.BytesOut, 110_000, 120_000);
        Assert.Equal(LimitingFactor.Limit, limited.ReadStatistics().FactorSince(default));
    }

    [Fact]
    public async Task AChangedLimitHoldsAtOnceAndOneThatIsTakenAwayWakesItsStreams()
    {
        var flow = _session.NewFlow(new ServiceShare(10, 64_000, 0));
        Endless bulk = new(), keys = new() { HasMore = false };
        var (limited, quiet) = (Open(bulk, flow), Open(keys, flow));
        await Eventually.TrueAsync(() => flow.IsPaused, "it waits for its limit");
        var before = limited.BytesOut;
        // It waits with a keystroke of its own: both are woken, and no clock moved.
        keys.Say();
        Assert.True(_session.Change(flow, new ServiceShare(10, 8_000_000, 0)));
        await Eventually.TrueAsync(() => flow.IsPaused && quiet.BytesOut == 1, "it met the new limit");
        Assert.InRange(limited.BytesOut + quiet.BytesOut - before, 20_000, 20_001);

        Assert.True(_session.Change(flow, ServiceShare.Default));
        Assert.False(flow.IsPaused);
        await ReadAsync(limited, ProtocolLimits.MaxInitialWindow);
        // The timers of the older limits are no harm.
        _time.Advance(TimeSpan.FromSeconds(1));
        keys.Say();
        await Eventually.TrueAsync(() => quiet.BytesOut == 2, "it is sent");

        Assert.True(_session.Change(flow, new ServiceShare(10, 64_000, 0)));
        var free = limited.BytesOut;
        await _peer.SendAsync(SampleFrames.Credit(limited.Id, 3L * ProtocolLimits.MaxInitialWindow));
        await Eventually.TrueAsync(() => flow.IsPaused, "the limit is back");
        Assert.InRange(limited.BytesOut - free, 1, 2 * ProtocolLimits.MaxPayload);
    }

    [Fact]
    public async Task AParentIsExchangedAtOnceAndTakenAwayWhileItsFlowWaits()
    {
        var flow = _session.NewFlow(ServiceShare.Default, new RateLimit(64_000, _time));
        var limited = Open(new Endless(), flow);
        await Eventually.TrueAsync(() => flow.IsPaused, "it waits for its parent");
        var before = limited.BytesOut;
        Assert.True(_session.Change(flow, new RateLimit(8_000_000, _time)));
        await Eventually.TrueAsync(() => flow.IsPaused && limited.BytesOut > before, "it met the other parent");
        Assert.Equal(20_000, limited.BytesOut - before);
        Assert.True(_session.Change(flow, (RateLimit?)null));
        await ReadAsync(limited, ProtocolLimits.MaxInitialWindow);
        Assert.False(flow.IsPaused);
    }

    [Fact]
    public void AFlowOfAnotherSessionIsNotChanged()
    {
        using var heartbeat = new Heartbeat(_time);
        var other = new Session(DuplexPair.Create().A, SessionRole.Agent, new SessionOptions { Heartbeat = heartbeat }, new NoHandler());
        var flow = other.NewFlow(ServiceShare.Default);
        Assert.True(other.Change(flow, new ServiceShare(1, 0, 0)));
        Assert.False(_session.Change(flow, new ServiceShare(2, 0, 0)));
        Assert.Equal(SendFlow.QuantumOfWeight, flow.Quantum);
    }

    [Fact]
    public async Task BytesAndTurnsAreWhatTheWireSaw()
    {
        var stream = Open(new Endless());
        var (bytes, frames) = await ReadAsync(stream, ProtocolLimits.MaxInitialWindow);
        await _peer.SendAsync(SampleFrames.Frame(FrameType.Opened, stream.Id), SampleFrames.Data(stream.Id, new byte[5_000]));
        await Eventually.TrueAsync(() => stream.BytesIn == 5_000, "it arrives");
        var seen = stream.ReadStatistics();
        Assert.Equal((bytes, 5_000, 0), (seen.BytesOut, seen.BytesIn, seen.BytesHeld));
        // A turn may be more than one frame, and the last one finds no credit and sends nothing.
        Assert.InRange(seen.Turns, 2, frames + 1);
        Assert.Equal(ProtocolLimits.MaxInitialWindow, seen.PeerWindow);
    }

    [Fact]
    public async Task APeerThatGivesNoCreditIsASlowReader()
    {
        var stream = Open(new Endless());
        await ReadAsync(stream, ProtocolLimits.MaxInitialWindow);
        await Eventually.TrueAsync(() => stream.Phase == SendPhase.OutOfCredit, "no credit");
        var before = stream.ReadStatistics();
        _time.Advance(TimeSpan.FromSeconds(1));
        var after = stream.ReadStatistics();
        Assert.Equal(LimitingFactor.Reader, after.FactorSince(before));
        Assert.Equal(TimeSpan.FromSeconds(1), after.OutOfCredit - before.OutOfCredit);
    }

    [Fact]
    public async Task APeerWhoseCreditComesAtOnceAndIsShortHasASmallWindow()
    {
        var stream = Open(new Endless());
        // The first samples of a round trip replace each other: one is enough for 50 ms.
        var ping = await _peer.ExpectAsync(FrameType.Ping);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await _peer.SendAsync(SampleFrames.Pong(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(ping.Payload)));
        await Eventually.TrueAsync(() => _session.RoundTrip is not null, "a round trip");
        await ReadAsync(stream, ProtocolLimits.MaxInitialWindow);
        await Eventually.TrueAsync(() => stream.Phase == SendPhase.OutOfCredit, "no credit");
        var before = stream.ReadStatistics();
        for (var i = 1; i <= 20; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await _peer.SendAsync(SampleFrames.Credit(stream.Id, ProtocolLimits.MaxInitialWindow * (i + 1L)));
            await ReadAsync(stream, ProtocolLimits.MaxInitialWindow);
            await Eventually.TrueAsync(() => stream.Phase == SendPhase.OutOfCredit, "no credit");
        }

        Assert.Equal(LimitingFactor.Window, stream.ReadStatistics().FactorSince(before));
    }

    [Fact]
    public async Task ASourceThatIsSilentAndAnEndThatNeverTakesAreNamed()
    {
        var stream = Open(new Endless { HasMore = false, Takes = false });
        await _peer.SendAsync(SampleFrames.Frame(FrameType.Opened, stream.Id), SampleFrames.Data(stream.Id, new byte[1_000]));
        await Eventually.TrueAsync(() => stream.BytesHeld == 1_000, "it is held");
        var before = stream.ReadStatistics();
        _time.Advance(TimeSpan.FromSeconds(1));
        var after = stream.ReadStatistics();
        Assert.Equal(LimitingFactor.Source, after.FactorSince(before));
        Assert.Equal(LimitingFactor.Reader, after.FactorInSince(before));
        Assert.Equal(1_000, after.BytesHeld);
    }

    [Fact]
    public async Task AConnectionThatTakesNothingIsNamed()
    {
        MuxStream[] streams = [.. Enumerable.Range(0, 16).Select(_ => Open(new Endless()))];
        await Eventually.TrueAsync(() => _session.BytesOut > 500_000, "the pipe fills");
        // Until the writer stands in its last write, a second may still be the scheduler's.
        await Eventually.TrueAsync(() =>
        {
            var before = streams.Select(s => s.ReadStatistics()).ToArray();
            _time.Advance(TimeSpan.FromSeconds(1));
            var factors = streams.Select((s, i) => s.ReadStatistics().FactorSince(before[i])).ToList();
            return factors.Contains(LimitingFactor.Connection) && !factors.Contains(LimitingFactor.Scheduler);
        }, "the connection is named");
    }

    private MuxStream Open(Endless end, SendFlow? flow = null) =>
        _session.TryOpen(new OpenRequest("web", "me"), end, out _, flow)!;

    /// <summary>Reads until so many bytes of the stream came; other frames are passed over.</summary>
    private async Task<(long Bytes, int Frames)> ReadAsync(MuxStream stream, long wanted)
    {
        var (bytes, frames) = (0L, 0);
        while (bytes < wanted && await _peer.ReadAsync() is { } frame)
        {
            if (frame.Header.Type != FrameType.Data || frame.Header.StreamId != stream.Id)
                continue;
            bytes += frame.Payload.Length;
            frames++;
        }

        return (bytes, frames);
    }

    private sealed class NoHandler : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }
}
