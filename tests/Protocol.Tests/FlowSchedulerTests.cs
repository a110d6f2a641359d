using CsCheck;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Who is served next, on a simulated transport: turns are taken by hand, one frame each.</summary>
public sealed class FlowSchedulerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Heartbeat _heartbeat;
    private readonly Session _session;
    private readonly FlowScheduler _rounds = new();

    public FlowSchedulerTests()
    {
        _heartbeat = new Heartbeat(_time);
        _session = new Session(
            DuplexPair.Create().A, SessionRole.Agent, new SessionOptions { Heartbeat = _heartbeat }, new NoHandler());
    }

    public void Dispose() => _heartbeat.Dispose();

    [Fact]
    public void SharesFollowTheWeightsToWithinOneQuantum() =>
        Gen.Select(Gen.Int[1, 100].Array[2, 8], Gen.Int[1, ProtocolLimits.MaxPayload], Gen.Int[1, 5]).Sample(
            (weights, frame, streamsEach) =>
            {
                var rounds = new FlowScheduler();
                var flows = weights.Select(w => new SendFlow(new ServiceShare(w, 0, 0), _time)).ToArray();
                foreach (var flow in flows)
                {
                    for (var i = 0; i < streamsEach; i++)
                        rounds.Enqueue(Stream(flow));
                }

                var sent = flows.ToDictionary(flow => flow, _ => 0L);
                for (var i = 0; i < 2_000; i++)
                {
                    var stream = rounds.Next(out _)!;
                    sent[stream.Flow] += frame;
                    FlowScheduler.Charge(stream.Flow, frame);
                    rounds.Enqueue(stream);
                }

                // In quanta: two flows are never further apart than the turn that one has and the other has not had yet,
                // and what a frame overdraws.
                var parts = flows.Select(f => (Rounds: (double)sent[f] / f.Quantum, Slack: 1 + (double)frame / f.Quantum)).ToArray();
                return parts.All(a => parts.All(b => a.Rounds - b.Rounds <= a.Slack + b.Slack));
            },
            iter: 50, threads: 1);

    [Fact]
    public void StreamsOfOneServiceTakeTurns()
    {
        var flow = new SendFlow(new ServiceShare(100, 0, 0), _time);
        var streams = Enumerable.Range(0, 5).Select(_ => Stream(flow)).ToList();
        streams.ForEach(_rounds.Enqueue);
        for (var i = 0; i < 50; i++)
            Assert.Same(streams[i % 5], Turn(16_376));
    }

    [Fact]
    public void AFlowThatComesAndGoesKeepsItsDebts()
    {
        var small = Stream(new SendFlow(new ServiceShare(1, 0, 0), _time));
        var large = Stream(new SendFlow(new ServiceShare(10, 0, 0), _time));
        _rounds.Enqueue(small);
        _rounds.Enqueue(large);
        long smallSent = 0, largeSent = 0;
        for (var i = 0; i < 1_100; i++)
        {
            var stream = _rounds.Next(out _)!;
            FlowScheduler.Charge(stream.Flow, ProtocolLimits.MaxPayload);
            (smallSent, largeSent) = stream == small ? (smallSent + 1, largeSent) : (smallSent, largeSent + 1);
            // The small one's source dries up after each frame: the rounds see it leave before it comes back.
            if (stream == small)
                Assert.Same(large, Turn(ProtocolLimits.MaxPayload));
            _rounds.Enqueue(stream);
        }

        // Every frame of the small one was followed by one of the large, counted above or in the loop: a tenth, to within a round.
        Assert.InRange(largeSent + smallSent, smallSent * 10 - 20, long.MaxValue);
    }

    [Fact]
    public void AFloorIsKeptWhateverTheWeights()
    {
        // 100 Mbit/s of a line of 100 Mbit/s shared with 9 heavy ones: the weights alone would give it 1/901.
        var floored = Stream(new SendFlow(new ServiceShare(1, 0, 20_000_000), _time));
        _rounds.Enqueue(floored);
        for (var i = 0; i < 9; i++)
            _rounds.Enqueue(Stream(new SendFlow(new ServiceShare(100, 0, 0), _time)));
        var got = Simulate(floored, lineBytesPerSecond: 12_500_000, seconds: 10);
        Assert.InRange(got * 8 / 10.0, 20_000_000, 21_000_000);
    }

    [Fact]
    public void ALimitIsKeptAndTheRestGoesToTheOthers()
    {
        var limited = Stream(new SendFlow(new ServiceShare(100, 8_000_000, 0), _time));
        _rounds.Enqueue(limited);
        var other = Stream(new SendFlow(new ServiceShare(1, 0, 0), _time));
        _rounds.Enqueue(other);
        var got = Simulate(limited, lineBytesPerSecond: 12_500_000, seconds: 10);
        Assert.InRange(got * 8 / 10.0, 7_800_000, 8_300_000);
    }

    [Fact]
    public void AChangedWeightHoldsFromTheNextRound()
    {
        var (one, two) = (Stream(new SendFlow(new ServiceShare(100, 0, 0), _time)), Stream(new SendFlow(new ServiceShare(10, 0, 0), _time)));
        _rounds.Enqueue(one);
        _rounds.Enqueue(two);
        for (var i = 0; i < 100; i++)
            Turn(16_376);
        _rounds.Change(one.Flow, new ServiceShare(1, 0, 0));
        var turns = Enumerable.Range(0, 1_100).Count(_ => Turn(16_376) == one);
        Assert.InRange(turns, 90, 110);
    }

    [Fact]
    public void AFloorThatIsGivenHoldsAndOneThatIsTakenHoldsNoMore()
    {
        var floored = Stream(new SendFlow(new ServiceShare(1, 0, 0), _time));
        _rounds.Enqueue(floored);
        for (var i = 0; i < 9; i++)
            _rounds.Enqueue(Stream(new SendFlow(new ServiceShare(100, 0, 0), _time)));
        Assert.InRange(Simulate(floored, lineBytesPerSecond: 12_500_000, seconds: 10) * 8 / 10.0, 0, 2_000_000);
        _rounds.Change(floored.Flow, new ServiceShare(1, 0, 20_000_000));
        Assert.InRange(Simulate(floored, lineBytesPerSecond: 12_500_000, seconds: 10) * 8 / 10.0, 20_000_000, 21_000_000);
        _rounds.Change(floored.Flow, new ServiceShare(1, 0, 0));
        Assert.InRange(Simulate(floored, lineBytesPerSecond: 12_500_000, seconds: 10) * 8 / 10.0, 0, 2_000_000);
    }

    /// <summary>A line that carries so much; each turn takes the time that its bytes need. Returns what the stream got.</summary>
    private long Simulate(MuxStream watched, long lineBytesPerSecond, int seconds)
    {
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        var got = 0L;
        var paused = new List<SendFlow>();
        while (_time.GetUtcNow() < end)
        {
            foreach (var flow in paused.Where(f => f.Limit!.Wait == TimeSpan.Zero).ToList())
            {
                paused.Remove(flow);
                _rounds.Resume(flow);
            }

            var stream = _rounds.Next(out var met);
            if (met is not null)
                paused.Add(met);
            if (stream is null)
                continue;
            var n = Math.Min(ProtocolLimits.MaxPayload, stream.Flow.Grant);
            _time.Advance(TimeSpan.FromSeconds((double)n / lineBytesPerSecond));
            FlowScheduler.Charge(stream.Flow, n);
            got += stream == watched ? n : 0;
            _rounds.Enqueue(stream);
        }

        return got;
    }

    private MuxStream Turn(int bytes)
    {
        var stream = _rounds.Next(out _)!;
        FlowScheduler.Charge(stream.Flow, bytes);
        _rounds.Enqueue(stream);
        return stream;
    }

    private MuxStream Stream(SendFlow flow) => _session.TryOpen(new OpenRequest("web", ""), new Endless { HasMore = false }, out _, flow)!;

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
