using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent;

/// <summary>Sends 64 bytes, waits for them to come back, sends again; keeps how long each took. Runs on the session's loop.</summary>
internal sealed class PingEnd(TimeProvider time) : StreamEnd
{
    private const int Size = 64;

    /// <summary>Begins of a path are cold: this part of the samples is dropped.</summary>
    private const double WarmUp = 0.2;

    private readonly Lock _gate = new();
    private readonly List<double> _milliseconds = [];
    private long _sentAt;
    private int _received;
    private bool _due = true;
    private volatile bool _stopped;

    /// <summary>The last one that is under way still comes; the stream stays.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Null while too few came back to say anything.</summary>
    public BenchLatency? Read()
    {
        lock (_gate)
        {
            var samples = _milliseconds.Skip((int)(_milliseconds.Count * WarmUp)).Order().ToList();
            return samples.Count == 0 ? null : new BenchLatency(At(0.5), At(0.99), samples.Count);

            double At(double part) => Math.Round(samples[(int)((samples.Count - 1) * part)], 4);
        }
    }

    public override int Pull(Span<byte> into)
    {
        if (!_due || into.Length < Size)
            return WouldBlock;
        _due = false;
        into[..Size].Clear();
        _sentAt = time.GetTimestamp();
        return Size;
    }

    public override void ArmReadable()
    {
        if (_due)
            Stream!.SignalReadable();
    }

    public override int Push(ReadOnlySpan<byte> data)
    {
        _received += data.Length;
        if (_received < Size)
            return data.Length;
        _received = 0;
        lock (_gate)
            _milliseconds.Add(time.GetElapsedTime(_sentAt).TotalMilliseconds);
        if (!_stopped)
        {
            _due = true;
            Stream!.SignalReadable();
        }

        return data.Length;
    }

    public override void ArmWritable()
    {
        // Never refuses.
    }

    public override void PushFin()
    {
        // The bench resets the stream when it is done.
    }

    public override void Close(StreamError error)
    {
        // Whoever opened the stream looks at its state.
    }
}
