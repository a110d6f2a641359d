using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;
using static PrivateConnect.Protocol.Tests.SampleFrames;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Readers that never read, while a budget runs full and while it does not; the clock is the test's.</summary>
public sealed class StallTests : IAsyncDisposable
{
    /// <summary>What each stream is sent: ten blocks.</summary>
    private const int Sent = 10 * 16 * 1024;

    private readonly FakeTimeProvider _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly RawPeer _peer;
    private readonly Session _session;
    private readonly Task _running;
    private readonly Readers _readers = new();
    private readonly List<(FrameHeader Header, byte[] Payload)> _answers = [];
    private readonly HeldBytes _budget = new(100 * Sent, null);

    public StallTests()
    {
        _heartbeat = new Heartbeat(_time);
        var (a, b) = DuplexPair.Create();
        _peer = new RawPeer(a);
        _session = new Session(b, SessionRole.Hub, new SessionOptions { Heartbeat = _heartbeat, Budget = _budget }, _readers);
        _running = _session.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _running.WithinCap();
        _heartbeat.Dispose();
    }

    [Fact]
    public async Task AStalledStreamLivesOnWithoutPressure()
    {
        await OpenAsync(1);
        await PassAsync(120);
        Assert.Equal(StreamError.None, _readers[1].Stream!.EndError);
    }

    [Fact]
    public async Task UnderPressureAStreamThatTookNothingFor30SecondsIsResetAndOneThatTookALittleIsNot()
    {
        await OpenAsync(1, 3);
        await PassAsync(15);
        _readers[3].Take(1);
        _budget.Add(75 * Sent);
        await PassAsync(14);
        Assert.Equal(2, _session.LiveStreams);
        await PassAsync(1);
        Assert.Equal(StreamError.Budget, _readers[1].Stream!.EndError);
        Assert.Equal(StreamError.None, _readers[3].Stream!.EndError);
        await SettleAsync();
        var (header, payload) = Assert.Single(_answers, answer => answer.Header.Type == FrameType.Reset);
        Assert.Equal(1u, header.StreamId);
        Assert.Equal([0, (byte)StreamError.Budget], payload);
    }

    [Fact]
    public async Task NoMoreAreResetThanTheBudgetNeeds()
    {
        await OpenAsync(1, 3, 5);
        _budget.Add((72 * Sent) + (Sent / 2));
        await PassAsync(60);
        Assert.Equal(2, _session.LiveStreams);
        Assert.True(_budget.MayGrow);
    }

    [Fact]
    public async Task NewcomersGetInWhereNobodyReads()
    {
        await OpenAsync(1, 3);
        // The rest of what is full is held in other sessions, which do the same.
        _budget.Add(88 * Sent);
        await _peer.SendAsync(Open(5));
        await SettleAsync();
        Assert.Single(_answers, answer => answer.Header is { Type: FrameType.Reset, StreamId: 5 });
        await PassAsync(30);
        await _peer.SendAsync(Open(7));
        await SettleAsync();
        Assert.Single(_answers, answer => answer.Header is { Type: FrameType.Opened, StreamId: 7 });
    }

    private async Task OpenAsync(params uint[] ids)
    {
        foreach (var id in ids)
        {
            await _peer.SendAsync(Open(id));
            for (var at = 0; at < Sent; at += 16 * 1024)
                await _peer.SendAsync(Data(id, new byte[16 * 1024]));
        }

        await SettleAsync();
        Assert.Equal(ids.Length * Sent, _session.Held.Held);
    }

    private async Task PassAsync(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (second % 5 == 4)
                await SettleAsync();
        }
    }

    /// <summary>The session handled all that was sent, and heard that its peer lives; what it answered is collected.</summary>
    private async Task SettleAsync()
    {
        await _peer.SendAsync(Ping(1));
        while (await _peer.ReadAsync() is { } frame && frame.Header.Type != FrameType.Pong)
            _answers.Add(frame);
    }

    private sealed class Readers : SessionHandler
    {
        private readonly Dictionary<uint, Reader> _all = [];

        public Reader this[uint id] => _all[id];

        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
            _all[stream.Id] = new Reader();
            stream.Attach(_all[stream.Id]);
        }

        public override void OnControl(ControlMessage message)
        {
        }
    }

    /// <summary>Takes what the test allows, and has nothing to say.</summary>
    private sealed class Reader : StreamEnd
    {
        private int _room;

        public void Take(int count)
        {
            _room = count;
            Stream!.SignalWritable();
        }

        public override int Push(ReadOnlySpan<byte> data)
        {
            var taken = Math.Min(_room, data.Length);
            _room -= taken;
            return taken;
        }

        public override int Pull(Span<byte> into) => WouldBlock;

        public override void ArmReadable()
        {
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
