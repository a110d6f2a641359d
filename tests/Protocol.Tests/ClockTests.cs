using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Protocol.Embedding;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Sessions on a clock that the test owns.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task APeerThatSaysNothingIsPingedAndThenGivenUp()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        var (raw, session) = await PingedAsync(heartbeat);
        await using var peer = raw;
        for (var second = 0; second < 14; second++)
            time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(session.Session.Completion.IsCompleted);
        await peer.ExpectAsync(FrameType.Ping);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SessionEndReason.Silent, (await session.Session.Completion.WithinCap()).Reason);
        time.Advance(ProtocolLimits.CloseGrace);
        await session.Running.WithinCap();
    }

    [Fact]
    public async Task APeerThatAnswersLives()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        await using var pair = SessionPair.Create(options: new SessionOptions { Heartbeat = heartbeat });
        for (var second = 0; second < 60; second++)
        {
            if (second % 5 == 4)
                await HearAsync(pair, time, TimeSpan.FromSeconds(1));
            else
                time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(pair.Hub.Session.Completion.IsCompleted);
        Assert.NotNull(pair.Hub.Session.RoundTrip);
    }

    [Fact]
    public async Task PingsAreNoTrafficAndEverythingElseIs()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        await using var pair = SessionPair.Create(options: new SessionOptions { Heartbeat = heartbeat });
        await using var client = await pair.OpenAsync("web");
        await using var server = await HearOneByteAsync(pair, client);
        await HearAsync(pair, time, TimeSpan.FromSeconds(5));
        // A batch counts a moment after its frames did.
        var sum = Frames() - Traffic();
        var traffic = Traffic();
        await HearAsync(pair, time, TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => Frames() - Traffic() > sum && Traffic() == traffic, "pings went and are no traffic");
        await using var other = await pair.OpenAsync("web");
        await Eventually.TrueAsync(() => Traffic() > traffic, "a stream is traffic");

        long Frames() => pair.Hub.Session.BytesIn + pair.Hub.Session.BytesOut;
        long Traffic() => pair.Hub.Session.Traffic;
    }

    [Fact]
    public void TheHeartbeatBeatsOnceASecond()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        var beats = 0;
        heartbeat.Beat += () => beats++;
        for (var second = 1; second <= 3; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(second, beats);
        }
    }

    [Fact]
    public void ABeatThatFailsIsToldAndHoldsUpNobody()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        var defect = new InvalidOperationException("planted");
        var told = new List<Exception>();
        var beats = 0;
        heartbeat.Beat += () => throw defect;
        heartbeat.Beat += () => beats++;
        heartbeat.Defect += told.Add;
        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, beats);
        Assert.Equal([defect, defect], told);
    }

    [Fact]
    public async Task ATickThatFailsEndsItsSessionOnly()
    {
        var time = new FailingTime();
        using var heartbeat = new Heartbeat(time);
        await using var pair = SessionPair.Create(options: new SessionOptions { Heartbeat = heartbeat });
        var beats = 0;
        heartbeat.Beat += () => beats++;
        time.Fails = true;
        time.Advance(TimeSpan.FromSeconds(1));
        time.Fails = false;
        Assert.Equal(1, beats);
        var end = await pair.Hub.Session.Completion.WithinCap();
        Assert.Equal(SessionEndReason.InternalError, end.Reason);
        Assert.Contains("planted", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APongThatClaimsAnAgeIsNoRoundTrip()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        var (raw, session) = await PingedAsync(heartbeat);
        await using var peer = raw;
        foreach (var forged in new[] { long.MinValue, long.MaxValue, time.GetTimestamp() - 2 * 3600 * time.TimestampFrequency })
            await peer.SendAsync(SampleFrames.Pong(forged));

        // Answered in order: what was sent before is done with.
        await peer.SendAsync(SampleFrames.Ping(1));
        await peer.ExpectAsync(FrameType.Pong);
        Assert.Null(session.Session.RoundTrip);
        await peer.DisposeAsync();
        await session.Running.WithinCap();
    }

    /// <summary>A session with a raw peer, which has the first PING.</summary>
    private static async Task<(RawPeer Peer, SessionConnectionContext Session)> PingedAsync(Heartbeat heartbeat)
    {
        var (a, b) = DuplexPair.Create();
        var peer = new RawPeer(a);
        var session = new SessionConnectionContext(b, SessionRole.Hub, new SessionOptions { Heartbeat = heartbeat });
        await peer.ExpectAsync(FrameType.Ping);
        return (peer, session);
    }

    private sealed class FailingTime : FakeTimeProvider
    {
        public volatile bool Fails;

        public override long GetTimestamp() => Fails ? throw new InvalidOperationException("planted") : base.GetTimestamp();
    }

    [Fact]
    public async Task AnIdleHalfClosedStreamIsResetAfterItsLimit()
    {
        var time = new FakeTimeProvider();
        using var heartbeat = new Heartbeat(time);
        await using var pair = SessionPair.Create(options: new SessionOptions { Heartbeat = heartbeat });
        await using var client = await pair.OpenAsync("web");
        await using var server = await HearOneByteAsync(pair, client);
        var stream = ((StreamConnectionContext)server).Stream;
        for (var minute = 0; minute < 13 && stream.EndError == StreamError.None; minute++)
        {
            for (var second = 0; second < 60; second += 5)
                await HearAsync(pair, time, TimeSpan.FromSeconds(5));
        }

        await Eventually.TrueAsync(() => stream.EndError != StreamError.None, "the stream was reset");
        Assert.Equal(StreamError.Idle, stream.EndError);
    }

    /// <summary>The hub's end of a stream that the agent finished after one byte: half-closed.</summary>
    private static async Task<ConnectionContext> HearOneByteAsync(SessionPair pair, ConnectionContext client)
    {
        var server = await pair.AcceptAsync();
        await SessionPair.SendAsync(client, [1]);
        await SessionPair.ExpectAsync(server, [1]);
        return server;
    }

    /// <summary>Moves the clock and waits until both sides heard a ping of it: the loops must not fall behind the clock.</summary>
    private static async Task HearAsync(SessionPair pair, FakeTimeProvider time, TimeSpan step)
    {
        var (hub, agent) = (pair.Hub.Session.BytesIn, pair.Agent.Session.BytesIn);
        time.Advance(step);
        await Eventually.TrueAsync(
            () => pair.Hub.Session.BytesIn > hub && pair.Agent.Session.BytesIn > agent, "both sides heard the other");
    }
}
