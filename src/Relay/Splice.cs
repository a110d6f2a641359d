using System.Net.Sockets;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>Joins a socket and a stream until both directions ended or one side failed.</summary>
public static class Splice
{
    /// <summary>
    /// Opens a stream for an accepted socket and joins them. The socket belongs to the splice from here on, also when the
    /// session refuses (then it is reset). <paramref name="ended"/> runs once, on a loop: it must not block.
    /// </summary>
    public static void Open(Socket accepted, Session session, OpenRequest request, RelayLoop loop, Action<SpliceResult>? ended) =>
        throw new NotSupportedException();

    /// <summary>
    /// Dials the target for a stream that the peer opened and joins them; resets the stream with the reason when the dial
    /// fails. Returns at once. <paramref name="ended"/> runs once, on a loop: it must not block.
    /// </summary>
    public static void Dial(MuxStream stream, TargetEndpoint target, RelayLoop loop, Action<SpliceResult>? ended) =>
        throw new NotSupportedException();
}
