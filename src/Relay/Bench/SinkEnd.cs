using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Bench;

/// <summary>Takes everything and sends nothing.</summary>
public sealed class SinkEnd : StreamEnd
{
    private volatile bool _over;

    /// <inheritdoc/>
    public override int Pull(Span<byte> into) => _over ? 0 : WouldBlock;

    /// <inheritdoc/>
    public override void ArmReadable()
    {
        if (_over)
            Stream!.SignalReadable();
    }

    /// <inheritdoc/>
    public override int Push(ReadOnlySpan<byte> data) => data.Length;

    /// <inheritdoc/>
    public override void ArmWritable()
    {
        // Never refuses.
    }

    /// <inheritdoc/>
    public override void PushFin()
    {
        _over = true;
        Stream!.SignalReadable();
    }

    /// <inheritdoc/>
    public override void Close(StreamError error)
    {
        // Holds nothing.
    }
}
