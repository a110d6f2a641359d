namespace PrivateConnect.Relay.Bench;

/// <summary>One process's end of one session during a bench: loop, connection, and the sums over the bench's streams.</summary>
/// <param name="Loop">The session's loop.</param>
/// <param name="Tcp">The session's connection.</param>
/// <param name="Streams">Streams of the bench that live.</param>
/// <param name="BytesIn">Bytes that their ends took.</param>
/// <param name="BytesOut">Bytes sent.</param>
/// <param name="Idle">Microseconds in which they had nothing to send, all together; so are the next three.</param>
/// <param name="Queued">They waited for the writer.</param>
/// <param name="OutOfCredit">They waited for the peer's credit.</param>
/// <param name="Held">They held bytes for a slow end.</param>
/// <param name="Limited">Microseconds in which their service waited for its limit.</param>
/// <param name="Blocked">Microseconds in which the connection took nothing.</param>
/// <param name="PeerWindow">The largest window that the peer gave one of them, bytes.</param>
public readonly record struct BenchLeg(
    LoopTime Loop, TcpFigures Tcp, long Streams, long BytesIn, long BytesOut, long Idle, long Queued, long OutOfCredit,
    long Held, long Limited, long Blocked, long PeerWindow)
{
    /// <summary>Numbers of one leg on the wire; a later version may have more.</summary>
    internal const int Numbers = 18;

    internal void Write(Span<long> into)
    {
        ReadOnlySpan<long> numbers =
        [
            Loop.Running, Loop.Waiting,
            Tcp.RoundTrip, Tcp.LeastRoundTrip, Tcp.Retransmits, Tcp.Segments, Tcp.PeerLimited, Tcp.BufferLimited,
            Streams, BytesIn, BytesOut, Idle, Queued, OutOfCredit, Held, Limited, Blocked, PeerWindow,
        ];
        numbers.CopyTo(into);
    }

    internal static BenchLeg Read(ReadOnlySpan<long> n) => new(
        new LoopTime(n[0], n[1]), new TcpFigures(n[2], n[3], n[4], n[5], n[6], n[7]),
        n[8], n[9], n[10], n[11], n[12], n[13], n[14], n[15], n[16], n[17]);
}
