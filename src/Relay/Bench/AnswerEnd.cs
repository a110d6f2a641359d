using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Bench;

/// <summary>Sends these bytes and the end of data.</summary>
internal sealed class AnswerEnd(byte[] answer) : StreamEnd
{
    private int _sent;

    public override int Pull(Span<byte> into)
    {
        var count = Math.Min(into.Length, answer.Length - _sent);
        answer.AsSpan(_sent, count).CopyTo(into);
        _sent += count;
        return count;
    }

    public override void ArmReadable() => Stream!.SignalReadable();

    public override int Push(ReadOnlySpan<byte> data) => data.Length;

    public override void ArmWritable()
    {
        // Never refuses.
    }

    public override void PushFin()
    {
        // Nothing was asked for in words.
    }

    public override void Close(StreamError error)
    {
        // Holds nothing.
    }
}
