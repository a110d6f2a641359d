using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Bench;

/// <summary>Sends zeros for ever, and takes what comes back.</summary>
public sealed class SourceEnd : StreamEnd
{
    /// <inheritdoc/>
    public override int Pull(Span<byte> into)
    {
        // The block held other streams' bytes.
        into.Clear();
        return into.Length;
    }

    /// <inheritdoc/>
    public override int Pull(Span<byte> into, int slice, int gap)
    {
        var taken = 0;
        for (var at = 0; at < into.Length; at += slice + gap)
            taken += Pull(into.Slice(at, Math.Min(slice, into.Length - at)));
        return taken;
    }

    /// <inheritdoc/>
    public override void ArmReadable() => Stream!.SignalReadable();

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
        // Goes on; whoever opened it resets the stream.
    }

    /// <inheritdoc/>
    public override void Close(StreamError error)
    {
        // Holds nothing.
    }
}
