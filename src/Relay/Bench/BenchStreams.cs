using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Bench;

/// <summary>The streams of a bench at one end of one session. Any thread.</summary>
public sealed class BenchStreams(RelayLoop loop, SocketTransport? socket)
{
    /// <summary>64 at once, and those that measure the round trip beside them. More: refused (TooManyStreams).</summary>
    private const int Max = 80;

    private readonly Lock _gate = new();
    private readonly List<MuxStream> _streams = [];
    private readonly List<MuxStream> _beside = [];

    /// <summary>Whether none lives.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return Count() == 0;
        }
    }

    /// <summary>False when it is one too many. Streams that only measure the round trip stay out of the sums.</summary>
    public bool TryAdd(MuxStream stream, bool isBeside = false)
    {
        lock (_gate)
        {
            if (Count() >= Max)
                return false;
            (isBeside ? _beside : _streams).Add(stream);
            return true;
        }
    }

    /// <summary>Ends all of them.</summary>
    public void Reset(StreamError error)
    {
        MuxStream[] streams;
        lock (_gate)
        {
            streams = [.. _streams, .. _beside];
            _streams.Clear();
            _beside.Clear();
        }

        foreach (var stream in streams)
            stream.Reset(error);
    }

    /// <summary>How they stand now.</summary>
    public BenchLeg Read()
    {
        MuxStream[] streams;
        lock (_gate)
        {
            Count();
            streams = [.. _streams];
        }

        var sum = new BenchLeg { Loop = loop.ReadTime(), Tcp = socket?.ReadTcp() ?? default, Streams = streams.Length };
        foreach (var stream in streams)
        {
            var now = stream.ReadStatistics();
            sum = sum with
            {
                BytesIn = sum.BytesIn + now.BytesIn,
                BytesOut = sum.BytesOut + now.BytesOut,
                Idle = sum.Idle + (long)now.Idle.TotalMicroseconds,
                Queued = sum.Queued + (long)now.Queued.TotalMicroseconds,
                OutOfCredit = sum.OutOfCredit + (long)now.OutOfCredit.TotalMicroseconds,
                Held = sum.Held + (long)now.Held.TotalMicroseconds,
                Limited = Math.Max(sum.Limited, (long)now.Limited.TotalMicroseconds),
                Blocked = Math.Max(sum.Blocked, (long)now.Blocked.TotalMicroseconds),
                PeerWindow = Math.Max(sum.PeerWindow, now.PeerWindow),
            };
        }

        return sum;
    }

    /// <summary>Those that live; forgets the others. Under the lock.</summary>
    private int Count()
    {
        _streams.RemoveAll(static stream => stream.State == StreamState.Closed);
        _beside.RemoveAll(static stream => stream.State == StreamState.Closed);
        return _streams.Count + _beside.Count;
    }
}
