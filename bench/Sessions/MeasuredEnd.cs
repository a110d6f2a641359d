using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Bench.Sessions;

/// <summary>
/// A stream's end in memory: gives the bytes it was told to send, in pulls of at most <paramref name="frame"/>, and tells
/// what it received. Allocates nothing.
/// </summary>
internal sealed class MeasuredEnd(int frame, Action<MeasuredEnd, int> received) : StreamEnd
{
    private long _toSend;
    private volatile bool _ending;

    /// <summary>Runs when the stream is over.</summary>
    public Action<StreamError>? Closed { get; init; }

    public void Send(long bytes)
    {
        Interlocked.Add(ref _toSend, bytes);
        Stream!.SignalReadable();
    }

    /// <summary>Says the end of data at the next pull, also of the next stream that it is attached to.</summary>
    public void EndAtOnce() => _ending = true;

    public override int Pull(Span<byte> into)
    {
        var n = (int)Math.Min(Math.Min(Volatile.Read(ref _toSend), into.Length), frame);
        if (n == 0)
            return _ending ? 0 : WouldBlock;
        Interlocked.Add(ref _toSend, -n);
        return n;
    }

    public override void ArmReadable()
    {
        if (_ending || Volatile.Read(ref _toSend) > 0)
            Stream!.SignalReadable();
    }

    public override int Push(ReadOnlySpan<byte> data)
    {
        received(this, data.Length);
        return data.Length;
    }

    public override void ArmWritable()
    {
        // Everything is taken at once.
    }

    public override void PushFin()
    {
    }

    public override void Close(StreamError error) => Closed?.Invoke(error);
}
