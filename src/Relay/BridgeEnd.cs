using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>
/// A stream of another session as the end of a stream (agent → hub → agent): what arrives on one waits in that stream,
/// and the other session's writer takes it from there, so credit returns at the pace of the far side.
/// </summary>
internal sealed class BridgeEnd(MuxStream other, Action<StreamError>? ended) : StreamEnd
{
    public override bool TakesItself => true;

    public override StreamError PullError => other.EndError;

    public override int Pull(Span<byte> into) => other.TakeHeld(into);

    public override int Pull(Span<byte> into, int slice, int gap)
    {
        var taken = 0;
        for (var at = 0; at < into.Length; at += slice + gap)
        {
            var length = Math.Min(slice, into.Length - at);
            var n = other.TakeHeld(into.Slice(at, length));
            if (n <= 0)
                return taken > 0 ? taken : n;
            taken += n;
            if (n < length)
                break;
        }

        return taken;
    }

    public override void ArmReadable()
    {
        // Bytes or a FIN that came between the last pull and now would otherwise never be signalled.
        if (other.HasHeldOrFin)
            Stream!.SignalReadable();
    }

    public override int Push(ReadOnlySpan<byte> data)
    {
        other.SignalReadable();
        return 0;
    }

    public override void ArmWritable()
    {
        // The other writer pulls; nothing is pushed to it.
    }

    public override void PushFin() => other.SignalReadable();

    public override void Close(StreamError error)
    {
        if (error != StreamError.None)
            other.Reset(error);
        ended?.Invoke(error);
    }
}
