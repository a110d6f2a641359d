using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>One multiplexed agent connection: owns the two loops and the table of streams.</summary>
public sealed class Session
{
    /// <summary>Takes over a transport whose handshake is done. Nothing happens before <see cref="RunAsync"/>.</summary>
    public Session(Stream transport, SessionRole role, SessionOptions options, SessionHandler handler) =>
        throw new NotSupportedException();

    /// <summary>Runs both loops to their end and disposes of the transport; never throws. Call once.</summary>
    public Task<SessionEnd> RunAsync() => throw new NotSupportedException();

    /// <summary>Opens a stream; data may be sent at once. Null, with the reason, when refused here.</summary>
    public MuxStream? TryOpen(OpenRequest request, StreamEnd end, out StreamError refusal) => throw new NotSupportedException();

    /// <summary>Queues a control message. False when the session is over; an overflow of the queue ends the session.</summary>
    public bool TrySend(ControlMessage message) => throw new NotSupportedException();

    /// <summary>Says GOAWAY; streams that live go on, new ones are refused.</summary>
    public void SendGoAway(GoAwayCode code, TimeSpan retryAfter, string text) => throw new NotSupportedException();

    /// <summary>Ends the session at once: queued GOAWAY is sent if the transport takes it within a second; streams are reset.</summary>
    public void Close(SessionEndReason reason, string text) => throw new NotSupportedException();

    /// <summary>Smoothed round trip, null before the first PONG.</summary>
    public TimeSpan? RoundTrip => throw new NotSupportedException();

    /// <summary>Frame bytes received and sent.</summary>
    public long BytesIn => throw new NotSupportedException();

    /// <summary>Frame bytes sent.</summary>
    public long BytesOut => throw new NotSupportedException();

    /// <summary>Streams that live now.</summary>
    public int LiveStreams => throw new NotSupportedException();
}
