using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>Collects a short answer and sends nothing. More than <paramref name="most"/> bytes: the stream is reset.</summary>
public sealed class CollectEnd(int most) : StreamEnd
{
    private readonly TaskCompletionSource<StreamError> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _bytes = new byte[most];
    private long _first;
    private int _count;

    /// <summary>Completes when the stream is over; None when the answer is whole.</summary>
    public Task<StreamError> Closed => _closed.Task;

    /// <summary>What came; after <see cref="Closed"/>.</summary>
    public ReadOnlySpan<byte> Answer => _bytes.AsSpan(0, _count);

    /// <summary>When the first byte came, as a timestamp of the system's clock; 0 before.</summary>
    public long FirstByte => Volatile.Read(ref _first);

    /// <inheritdoc/>
    public override int Pull(Span<byte> into) => 0;

    /// <inheritdoc/>
    public override void ArmReadable() => Stream!.SignalReadable();

    /// <inheritdoc/>
    public override int Push(ReadOnlySpan<byte> data)
    {
        if (_count == 0 && data.Length > 0)
            Volatile.Write(ref _first, TimeProvider.System.GetTimestamp());
        if (!data.TryCopyTo(_bytes.AsSpan(_count)))
            return Failed;
        _count += data.Length;
        return data.Length;
    }

    /// <inheritdoc/>
    public override void ArmWritable()
    {
        // Never refuses.
    }

    /// <inheritdoc/>
    public override void PushFin()
    {
        // Close follows: our own direction ended at once.
    }

    /// <inheritdoc/>
    public override void Close(StreamError error) => _closed.TrySetResult(error);
}
