using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>What went through one service. Written on relay loops, read by status; never blocks.</summary>
internal sealed class StreamCounters(string target, TimeProvider time)
{
    private long _live;
    private long _total;
    private long _bytesIn;
    private long _bytesOut;
    private volatile Tuple<string, long>? _problem;

    public long Live => Volatile.Read(ref _live);

    public long Total => Volatile.Read(ref _total);

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    public void Opened()
    {
        Interlocked.Increment(ref _live);
        Interlocked.Increment(ref _total);
    }

    public void Ended(SpliceResult result)
    {
        Interlocked.Decrement(ref _live);
        Interlocked.Add(ref _bytesIn, result.BytesIn);
        Interlocked.Add(ref _bytesOut, result.BytesOut);
        if (StreamProblem.Describe(result.Error, target) is { } words)
            _problem = Tuple.Create(words, time.GetTimestamp());
    }

    public ServiceStatus Read(string service, string kind, string state, string? shown, int port)
    {
        var problem = _problem;
        return new ServiceStatus(
            service, kind, state, shown, port == 0 ? null : port, Live, Total, BytesIn, BytesOut, problem?.Item1,
            problem is null ? null : (long)time.GetElapsedTime(problem.Item2).TotalSeconds);
    }
}
