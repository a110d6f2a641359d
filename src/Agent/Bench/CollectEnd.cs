using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Agent;

/// <summary>Collects a short answer.</summary>
internal sealed class CollectEnd : StreamEnd
{
    private readonly TaskCompletionSource<StreamError> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _bytes = new byte[BenchReport.MaxSize];
    private int _count;

    /// <summary>Completes when the stream is over; None when the answer is whole.</summary>
    public Task<StreamError> Closed => _closed.Task;

    /// <summary>What came; after <see cref="Closed"/>.</summary>
    public ReadOnlySpan<byte> Answer => _bytes.AsSpan(0, _count);

    public override int Pull(Span<byte> into) => 0;

    public override void ArmReadable() => Stream!.SignalReadable();

    public override int Push(ReadOnlySpan<byte> data)
    {
        if (!data.TryCopyTo(_bytes.AsSpan(_count)))
            return Failed;
        _count += data.Length;
        return data.Length;
    }

    public override void ArmWritable()
    {
        // Never refuses.
    }

    public override void PushFin()
    {
        // Close follows: our own direction ended at once.
    }

    public override void Close(StreamError error) => _closed.TrySetResult(error);
}
