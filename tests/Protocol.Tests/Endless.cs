using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Tests;

/// <summary>An end whose source never dries up, or says something when the test wants it, and that takes all or nothing.</summary>
internal sealed class Endless : StreamEnd
{
    private int _keystrokes;

    /// <summary>Bytes are always there; else only what <see cref="Say"/> put in.</summary>
    public bool HasMore { get; init; } = true;

    public bool Takes { get; init; } = true;

    /// <summary>One byte becomes readable.</summary>
    public void Say()
    {
        Interlocked.Increment(ref _keystrokes);
        Stream!.SignalReadable();
    }

    public override int Pull(Span<byte> into)
    {
        if (HasMore)
        {
            into.Clear();
            return into.Length;
        }

        var n = Math.Min(into.Length, Interlocked.Exchange(ref _keystrokes, 0));
        return n > 0 ? n : WouldBlock;
    }

    public override void ArmReadable()
    {
        if (HasMore || Volatile.Read(ref _keystrokes) > 0)
            Stream!.SignalReadable();
    }

    public override int Push(ReadOnlySpan<byte> data) => Takes ? data.Length : 0;

    public override void ArmWritable()
    {
    }

    public override void PushFin()
    {
    }

    public override void Close(StreamError error)
    {
    }
}
