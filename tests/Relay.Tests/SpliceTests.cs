using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>Visitor ↔ target through two sessions, on every loop: bytes, half-close, resets, refusals.</summary>
public sealed class SpliceTests
{
    public static TheoryData<string> Loops => RelayRig.Loops;

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task BytesBothWaysThenBothSeeACleanEnd(string loop)
    {
        await using var path = await Path.OpenAsync(loop);
        var up = SocketPair.Pattern(5_000_000, 1);
        var down = SocketPair.Pattern(5_000_000, 2);
        var visitorReads = path.Visitor.ReadAllAsync();
        var targetReads = path.Target.ReadAllAsync();
        await Task.WhenAll(SendThenFinAsync(path.Visitor, up), SendThenFinAsync(path.Target, down)).WithinCap();
        Assert.Equal(up, await targetReads);
        Assert.Equal(down, await visitorReads);
        var (hub, agent) = await path.EndsAsync();
        Assert.Equal((StreamError.None, StreamError.None), (hub.Error, agent.Error));
        Assert.Equal((5_000_000, 5_000_000), (hub.BytesIn, hub.BytesOut));
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task AHalfClosedVisitorStillGetsItsAnswer(string loop)
    {
        await using var path = await Path.OpenAsync(loop);
        await SendThenFinAsync(path.Visitor, "question"u8.ToArray());
        Assert.Equal("question"u8.ToArray(), await path.Target.ReadAllAsync());
        await SendThenFinAsync(path.Target, SocketPair.Pattern(1_000_000, 3));
        Assert.Equal(SocketPair.Pattern(1_000_000, 3), await path.Visitor.ReadAllAsync());
        Assert.Equal(StreamError.None, (await path.EndsAsync()).Hub.Error);
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task AResetOfEitherEndReachesTheOther(string loop)
    {
        await using (var path = await Path.OpenAsync(loop))
        {
            path.Visitor.CloseHard();
            await AssertResetAsync(path.Target);
        }

        await using (var path = await Path.OpenAsync(loop))
        {
            path.Target.CloseHard();
            await AssertResetAsync(path.Visitor);
        }
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task AResetAfterAHalfCloseReachesTheOther(string loop)
    {
        await using var path = await Path.OpenAsync(loop);
        await SendThenFinAsync(path.Visitor, [1, 2, 3]);
        Assert.Equal(3, (await path.Target.ReadAllAsync()).Length);
        path.Visitor.CloseHard();
        // On the portable loop a reset of a half-closed socket is found by the next byte that is written to it.
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                await path.Target.SendAsync(new byte[] { 1 });
                await Task.Delay(1);
            }
        }).WithinCap();
        Assert.True(error.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown);
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task AVisitorThatNeverReadsStopsTheTargetAndCostsItsWindow(string loop)
    {
        await using var path = await Path.OpenAsync(loop);
        var block = new byte[64 * 1024];
        long sent = 0;
        var sending = Task.Run(async () =>
        {
            while (sent < 64_000_000)
                sent += await path.Target.SendAsync(block.AsMemory());
        });
        await Eventually.TrueAsync(() => path.Rig.Hub.Held.Held >= 120_000, "half the window is held and no credit is due");
        Assert.True(path.Rig.Results.Streams.TryPeek(out var stalled));
        Assert.InRange(stalled.BytesHeld, 1, stalled.Window);

        // Others are not held up.
        await using (var other = await Path.OpenOnAsync(path.Rig, path.Listener))
        {
            var reading = other.Visitor.ReadAllAsync();
            await SendThenFinAsync(other.Target, SocketPair.Pattern(3_000_000, 4));
            Assert.Equal(3_000_000, (await reading).Length);
        }

        Assert.InRange(stalled.BytesHeld, 1, stalled.Window);
        Assert.False(sending.IsCompleted);
        path.Visitor.CloseHard();
        await Assert.ThrowsAnyAsync<SocketException>(() => sending.WithinCap());
        await Eventually.TrueAsync(() => path.Rig.Hub.Held.Held == 0, "what was held is let go");
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task ALostSessionResetsBothEndsNeverACleanEnd(string loop)
    {
        await using var path = await Path.OpenAsync(loop);
        await path.Target.SendAllAsync(SocketPair.Pattern(1_000, 5));
        var buffer = new byte[1_000];
        var got = 0;
        while (got < 1_000)
            got += await path.Visitor.ReceiveAsync(buffer.AsMemory(got)).AsTask().WithinCap();
        path.Rig.Lose();
        await AssertResetAsync(path.Visitor);
        await AssertResetAsync(path.Target);
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task ARefusedTargetResetsTheVisitorAndNamesTheReason(string loop)
    {
        using var refusing = new RefusingPort();
        await using var rig = await RelayRig.StartAsync(loop, new TargetEndpoint("127.0.0.1", refusing.Port));
        await AssertVisitIsResetAsync(rig);
        await Eventually.TrueAsync(() => rig.Results.HubEnds.TryPeek(out _), "the hub knows");
        Assert.True(rig.Results.HubEnds.TryPeek(out var result));
        Assert.Equal(StreamError.TargetRefused, result.Error);
    }

    [Theory]
    [InlineData("169.254.169.254", StreamError.TargetForbidden)]
    [InlineData("::ffff:169.254.169.254", StreamError.TargetForbidden)]
    [InlineData("0.0.0.0", StreamError.TargetForbidden)]
    [InlineData("fe80::1", StreamError.TargetForbidden)]
    [InlineData("fd00:ec2::254", StreamError.TargetForbidden)]
    [InlineData("100.100.100.200", StreamError.TargetForbidden)]
    [InlineData("name.invalid", StreamError.TargetUnknownHost)]
    public async Task ATargetThatIsNotDialledIsNamed(string host, StreamError expected)
    {
        await using var rig = await RelayRig.StartAsync("portable", new TargetEndpoint(host, 80));
        await AssertVisitIsResetAsync(rig);
        await Eventually.TrueAsync(() => rig.Results.HubEnds.TryPeek(out _), "the hub knows");
        Assert.True(rig.Results.HubEnds.TryPeek(out var result));
        Assert.Equal(expected, result.Error);
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task ThousandsOfConnectionsLeaveNothingBehind(string loop)
    {
        using var listener = SocketPair.Listen(out var at);
        await using var rig = await RelayRig.StartAsync(loop, new TargetEndpoint("127.0.0.1", at.Port));
        var serving = Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                using var target = await listener.AcceptAsync();
                await target.SendAllAsync(new byte[] { 42 });
                target.Shutdown(SocketShutdown.Send);
                await target.ReadAllAsync();
            }
        });
        for (var i = 0; i < 2_000; i++)
        {
            using var visitor = await rig.VisitAsync();
            visitor.Shutdown(SocketShutdown.Send);
            Assert.Equal([42], await visitor.ReadAllAsync());
        }

        await serving.WithinCap();
        await Eventually.TrueAsync(() => rig.Hub.LiveStreams + rig.Agent.LiveStreams == 0, "no stream lives");
        Assert.Equal(0, rig.Hub.Held.Held + rig.Agent.Held.Held);
        Assert.Equal(2_000, rig.Results.HubEnds.Count);
        Assert.All(rig.Results.HubEnds, r => Assert.Equal(StreamError.None, r.Error));
    }

    private static async Task SendThenFinAsync(Socket socket, byte[] bytes)
    {
        await socket.SendAllAsync(bytes);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>A reset may come so soon that connecting itself sees it.</summary>
    private static async Task AssertVisitIsResetAsync(RelayRig rig)
    {
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var visitor = await rig.VisitAsync();
            await visitor.ReadAllAsync();
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    private static async Task AssertResetAsync(Socket socket)
    {
        var error = await Assert.ThrowsAsync<SocketException>(() => socket.ReadAllAsync());
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    /// <summary>One visitor joined with one target.</summary>
    private sealed class Path(RelayRig rig, Socket listener, Socket visitor, Socket target, bool owns) : IAsyncDisposable
    {
        public RelayRig Rig => rig;

        public Socket Listener => listener;

        public Socket Visitor => visitor;

        public Socket Target => target;

        public static async Task<Path> OpenAsync(string loop)
        {
            var listener = SocketPair.Listen(out var at);
            var rig = await RelayRig.StartAsync(loop, new TargetEndpoint("127.0.0.1", at.Port));
            return await OpenOnAsync(rig, listener, owns: true);
        }

        public static async Task<Path> OpenOnAsync(RelayRig rig, Socket listener, bool owns = false)
        {
            var visitor = await rig.VisitAsync();
            var target = await listener.AcceptAsync().WithinCap();
            return new Path(rig, listener, visitor, target, owns);
        }

        public async Task<(SpliceResult Hub, SpliceResult Agent)> EndsAsync()
        {
            await Eventually.TrueAsync(
                () => !rig.Results.HubEnds.IsEmpty && !rig.Results.AgentEnds.IsEmpty, "both splices ended");
            rig.Results.HubEnds.TryPeek(out var hub);
            rig.Results.AgentEnds.TryPeek(out var agent);
            return (hub, agent);
        }

        public async ValueTask DisposeAsync()
        {
            visitor.Dispose();
            target.Dispose();
            if (!owns)
                return;
            await rig.DisposeAsync();
            listener.Dispose();
        }
    }
}
