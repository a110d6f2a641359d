namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// The local end of a stream: a socket, a pipe or another stream. The session's writer pulls from it and the receive
/// loop pushes to it; it never blocks and it holds no buffer.
/// </summary>
/// <remarks>
/// Threads: <see cref="Pull(Span{byte})"/> is called by the session's send loop only, <see cref="Push(ReadOnlySpan{byte})"/>, <see cref="PushFin"/> and
/// <see cref="Close"/> by one caller at a time under the stream's receive lock. None may call back into the stream
/// synchronously except through the <c>Signal…</c> methods of <see cref="MuxStream"/>.
/// </remarks>
public abstract class StreamEnd
{
    /// <summary>Result of <see cref="Pull(Span{byte})"/>: nothing to send now; the end will call <see cref="MuxStream.SignalReadable"/>.</summary>
    public const int WouldBlock = -1;

    /// <summary>Result of <see cref="Pull(Span{byte})"/>: the end failed; <see cref="PullError"/> says why.</summary>
    public const int Failed = -2;

    /// <summary>The stream that this is the end of; set when it is attached, before anything else is called.</summary>
    public MuxStream? Stream { get; internal set; }

    /// <summary>
    /// True for an end that is never pushed to but takes from the stream (<see cref="MuxStream.TakeHeld"/>): bytes that
    /// wait for it are no sign that it is slow.
    /// </summary>
    public virtual bool TakesItself => false;

    /// <summary>Why the last <see cref="Pull(Span{byte})"/> returned <see cref="Failed"/>.</summary>
    public virtual StreamError PullError => StreamError.PeerReset;

    /// <summary>
    /// Takes up to <paramref name="into"/>.Length bytes to send. Returns the count, 0 for the end of data (a FIN follows),
    /// <see cref="WouldBlock"/> or <see cref="Failed"/>.
    /// </summary>
    public abstract int Pull(Span<byte> into);

    /// <summary>
    /// As <see cref="Pull(Span{byte})"/>, for several frames at once: every <paramref name="slice"/> bytes of room are followed
    /// by a gap of <paramref name="gap"/> bytes that stays untouched. The count is of bytes taken, without gaps; slices are
    /// filled in their order. An end that can fill only one slice in a call does so.
    /// </summary>
    public virtual int Pull(Span<byte> into, int slice, int gap) => Pull(into[..Math.Min(slice, into.Length)]);

    /// <summary>
    /// After a <see cref="Pull(Span{byte})"/> that returned fewer bytes than asked or <see cref="WouldBlock"/>: arrange that
    /// <see cref="MuxStream.SignalReadable"/> is called once when more can be pulled (also at once).
    /// </summary>
    public abstract void ArmReadable();

    /// <summary>
    /// Offers received bytes. Returns how many were taken for good; the rest is kept by the stream, which offers it again
    /// after <see cref="MuxStream.SignalWritable"/>. Returns <see cref="Failed"/> when the end can take no more, ever.
    /// </summary>
    public abstract int Push(ReadOnlySpan<byte> data);

    /// <summary>
    /// As <see cref="Push(ReadOnlySpan{byte})"/>, for the payloads of frames that came together: <paramref name="slices"/> of
    /// <paramref name="block"/>, in their order. The count is over all of them.
    /// </summary>
    public virtual int Push(ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices)
    {
        var taken = 0;
        foreach (var slice in slices)
        {
            var n = Push(block.Slice(slice.Start, slice.Length));
            if (n < 0)
                return n;
            taken += n;
            if (n < slice.Length)
                break;
        }

        return taken;
    }

    /// <summary>After a <see cref="Push(ReadOnlySpan{byte})"/> that took less than offered: call <see cref="MuxStream.SignalWritable"/> once when there is room.</summary>
    public abstract void ArmWritable();

    /// <summary>Every byte was pushed and the peer's FIN arrived: pass the end of data on.</summary>
    public abstract void PushFin();

    /// <summary>
    /// The stream is over. <see cref="StreamError.None"/>: both directions ended in order, close cleanly; anything else:
    /// make the other side see a reset, never a clean end. Called exactly once.
    /// </summary>
    public abstract void Close(StreamError error);
}
