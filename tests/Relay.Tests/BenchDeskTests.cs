using System.Runtime.CompilerServices;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Bench;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>What a bench may ask of an agent: one asker at a time, not for ever, and only figures of its own streams.</summary>
public sealed class BenchDeskTests : IAsyncLifetime
{
    private readonly HandTimer _time = new();
    private Session _hub = null!;
    private Session _agent = null!;
    private Task _over = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var loop = RelayLoop.Next();
        var (a, b) = await SocketPair.CreateAsync();
        var (near, far) = (new SocketTransport(a, loop), new SocketTransport(b, loop));
        near.StartCoalescing();
        far.StartCoalescing();
        _hub = new Session(near, SessionRole.Hub, new SessionOptions { Scheduler = loop }, new Nobody());
        _agent = new Session(far, SessionRole.Agent, new SessionOptions { Scheduler = loop }, new Answerer(new BenchDesk(loop, far, _time)));
        _over = Task.WhenAll(_hub.RunAsync(), _agent.RunAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _hub.Close(SessionEndReason.LocalClose, "done");
        await _over.WithinCap();
    }

    [Fact]
    public async Task OneAskerAtATimeAndTheNextWhenItsStreamsAreOver()
    {
        var first = Open(BenchKind.Sink, "a", new SourceEnd());
        await Until(() => first.BytesOut > 1_000_000);
        var other = Open(BenchKind.Sink, "b", new SourceEnd());
        await Until(() => other.EndError == StreamError.TooManyStreams);
        Assert.Equal(StreamState.Open, first.State);

        first.Reset(StreamError.Cancelled);
        var again = Open(BenchKind.Sink, "b", new SourceEnd());
        await Until(() => again.BytesOut > 1_000_000);
    }

    [Fact]
    public async Task AfterItsTimeTheStreamsAreReset()
    {
        var sink = new SinkEnd();
        var stream = Open(BenchKind.Source, "a", sink);
        await Until(() => stream.BytesIn > 1_000_000);
        Assert.Equal(TimeSpan.FromSeconds(90), _time.Due);
        _time.Fire();
        await Until(() => stream.EndError == StreamError.Cancelled);
    }

    [Fact]
    public async Task AReportIsForWhoseStreamsLive()
    {
        var early = Open(BenchKind.Report, "a", new SinkEnd());
        await Until(() => early.EndError == StreamError.Cancelled);
        var stream = Open(BenchKind.Source, "a", new SinkEnd());
        await Until(() => stream.BytesIn > 1_000_000);
        var strange = Open(BenchKind.Report, "b", new SinkEnd());
        await Until(() => strange.EndError == StreamError.Cancelled);
        var own = Open(BenchKind.Report, "a", new SinkEnd());
        await Until(() => own.State == StreamState.RemoteClosed || own.State == StreamState.Closed);
        Assert.Equal((StreamError.None, 23 * sizeof(long)), (own.EndError, own.BytesIn));
    }

    [Fact]
    public async Task AnEchoIsByteExact()
    {
        var echo = new EchoedPattern();
        Open(BenchKind.Echo, "a", echo);
        await Until(() => echo.Received >= 1_000_000);
        Assert.True(echo.IsExact);
    }

    private MuxStream Open(BenchKind kind, string asker, StreamEnd end) =>
        _hub.TryOpen(new OpenRequest(new BenchName(kind, "").ToString(), asker), end, out _)!;

    private static Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually.TrueAsync(condition, what);

    private sealed class Answerer(BenchDesk desk) : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
            Assert.True(BenchName.TryParse(request.Service, out var name));
            if (name.Kind == BenchKind.Report)
                desk.Report(stream, request.Peer, () => [desk.Leg]);
            else if (desk.TryAdmit(stream, name.Kind, request.Peer))
                BenchDesk.TryServe(stream, name.Kind);
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }

    private sealed class Nobody : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request) => stream.Reset(StreamError.UnknownService);

        public override void OnControl(ControlMessage message)
        {
        }
    }

    /// <summary>The real clock with a timer that the test fires.</summary>
    private sealed class HandTimer : TimeProvider
    {
        private Action _callback = () => { };

        public TimeSpan Due { get; private set; }

        public void Fire() => _callback();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_callback, Due) = (() => callback(state), dueTime);
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Sends a counting pattern and checks what comes back.</summary>
    private sealed class EchoedPattern : StreamEnd
    {
        private long _sent;
        private long _received;
        private volatile bool _wrong;

        public long Received => Volatile.Read(ref _received);

        public bool IsExact => !_wrong;

        public override int Pull(Span<byte> into)
        {
            foreach (ref var at in into)
                at = (byte)(_sent++ % 251);
            return into.Length;
        }

        public override void ArmReadable() => Stream!.SignalReadable();

        public override int Push(ReadOnlySpan<byte> data)
        {
            var at = _received;
            foreach (var value in data)
                _wrong |= value != (byte)(at++ % 251);
            Volatile.Write(ref _received, at);
            return data.Length;
        }

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
