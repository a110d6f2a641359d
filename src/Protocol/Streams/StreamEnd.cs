namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// The local end of a stream: a socket, a pipe or another stream. The session's writer pulls from it and the receive
/// loop pushes to it; it never blocks and it holds no buffer.
/// </summary>
/// <remarks>
/// Threads: <see cref="Pull"/> is called by the session's send loop only, <see cref="Push"/>, <see cref="PushFin"/> and
/// <see cref="Close"/> by one caller at a time under the stream's receive lock. None may call back into the stream
/// synchronously except through the <c>Signal…</c> methods of <see cref="MuxStream"/>.
/// </remarks>
public abstract class StreamEnd
{
    /// <summary>Result of <see cref="Pull"/>: nothing to send now; the end will call <see cref="MuxStream.SignalReadable"/>.</summary>
    public const int WouldBlock = -1;

    /// <summary>Result of <see cref="Pull"/>: the end failed; <see cref="PullError"/> says why.</summary>
    public const int Failed = -2;

    /// <summary>The stream that this is the end of; set when it is attached, before anything else is called.</summary>
    public MuxStream? Stream { get; internal set; }

    /// <summary>
    /// True for an end that is never pushed to but takes from the stream (<see cref="MuxStream.TakeHeld"/>): bytes that
    /// wait for it are no sign that it is slow.
    /// </summary>
    public virtual bool TakesItself => false;

    /// <summary>Why the last <see cref="Pull"/> returned <see cref="Failed"/>.</summary>
    public virtual StreamError PullError => StreamError.PeerReset;

    /// <summary>
    /// Takes up to <paramref name="into"/>.Length bytes to send. Returns the count, 0 for the end of data (a FIN follows),
    /// <see cref="WouldBlock"/> or <see cref="Failed"/>.
    /// </summary>
    public abstract int Pull(Span<byte> into);

    /// <summary>
    /// After a <see cref="Pull"/> that returned fewer bytes than asked or <see cref="WouldBlock"/>: arrange that
    /// <see cref="MuxStream.SignalReadable"/> is called once when more can be pulled (also at once).
    /// </summary>
    public abstract void ArmReadable();

    /// <summary>
    /// Offers received bytes. Returns how many were taken for good; the rest is kept by the stream, which offers it again
    /// after <see cref="MuxStream.SignalWritable"/>. Returns <see cref="Failed"/> when the end can take no more, ever.
    /// </summary>
    public abstract int Push(ReadOnlySpan<byte> data);

    /// <summary>After a <see cref="Push"/> that took less than offered: call <see cref="MuxStream.SignalWritable"/> once when there is room.</summary>
    public abstract void ArmWritable();

    /// <summary>Every byte was pushed and the peer's FIN arrived: pass the end of data on.</summary>
    public abstract void PushFin();

    /// <summary>
    /// The stream is over. <see cref="StreamError.None"/>: both directions ended in order, close cleanly; anything else:
    /// make the other side see a reset, never a clean end. Called exactly once.
    /// </summary>
    public abstract void Close(StreamError error);
}
