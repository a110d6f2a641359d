using System.Collections.Concurrent;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>What went through one service. Written on relay loops, read by status; never blocks.</summary>
internal sealed class StreamCounters(string target, TimeProvider time)
{
    private readonly ConcurrentDictionary<Counted, bool> _live = new();
    private long _total;
    private long _bytesIn;
    private long _bytesOut;
    private volatile Tuple<string, long>? _problem;

    /// <summary>A stream begins. Its stream may be named later, or never when it was refused.</summary>
    public Counted Open(MuxStream? stream)
    {
        var counted = new Counted(this) { Stream = stream };
        _live[counted] = true;
        Interlocked.Increment(ref _total);
        return counted;
    }

    /// <summary>Those that live and have a stream of a session.</summary>
    public IEnumerable<MuxStream> Live => _live.Select(pair => pair.Key.Stream).OfType<MuxStream>();

    /// <summary>Remembers how each live stream stands, for a <see cref="Read"/> that tells what happens now.</summary>
    public void Look()
    {
        foreach (var counted in _live.Keys)
            counted.Before = counted.Stream?.ReadStatistics();
    }

    public ServiceStatus Read(string service, string kind, string state, string? shown, int port)
    {
        var problem = _problem;
        var (bytesIn, bytesOut) = (Volatile.Read(ref _bytesIn), Volatile.Read(ref _bytesOut));
        var live = _live.Keys;
        var flow = new FlowNow();
        foreach (var counted in live)
        {
            if (counted.Stream?.ReadStatistics() is not { } now)
                continue;
            bytesIn += now.BytesIn;
            bytesOut += now.BytesOut;
            if (counted.Before is { } before)
                flow.Add(before, now);
        }

        return flow.Tell(new ServiceStatus(
            service, kind, state, shown, port == 0 ? null : port, live.Count, Volatile.Read(ref _total), bytesIn, bytesOut, problem?.Item1,
            problem is null ? null : (long)time.GetElapsedTime(problem.Item2).TotalSeconds));
    }

    private void Ended(Counted counted, SpliceResult result)
    {
        _live.TryRemove(counted, out _);
        Interlocked.Add(ref _bytesIn, result.BytesIn);
        Interlocked.Add(ref _bytesOut, result.BytesOut);
        if (StreamProblem.Describe(result.Error, target) is { } words)
            _problem = Tuple.Create(words, time.GetTimestamp());
    }

    /// <summary>One stream that lives.</summary>
    internal sealed class Counted(StreamCounters counters)
    {
        public MuxStream? Stream { get; set; }

        /// <summary>The last look; null before the first.</summary>
        public StreamStatistics? Before { get; set; }

        /// <summary>For the splice; runs on a loop.</summary>
        public void Ended(SpliceResult result) => counters.Ended(this, result);
    }
}
