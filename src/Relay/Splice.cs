using System.Net.Sockets;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>Joins a socket or stream and a stream until both directions ended or one side failed.</summary>
public static class Splice
{
    /// <summary>
    /// Opens a stream for an accepted socket and joins them. The socket belongs to the splice from here on, also when the
    /// session refuses (then it is reset). <paramref name="ended"/> runs once, on a loop: it must not block. What goes to the
    /// session is of <paramref name="flow"/>, what comes from it stays within <paramref name="rate"/>.
    /// </summary>
    public static MuxStream? Open(
        Socket accepted, Session session, OpenRequest request, RelayLoop loop, Action<SpliceResult>? ended,
        SendFlow? flow = null, SharedRate? rate = null)
    {
        SocketEnd end;
        try
        {
            SocketWatch.PrepareRelayed(accepted);
            end = new SocketEnd(ended, rate);
            end.Bind(loop.Watch(accepted, end));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or System.ComponentModel.Win32Exception)
        {
            // Gone before it was looked at.
            accepted.Dispose();
            ended?.Invoke(new SpliceResult(StreamError.PeerReset, 0, 0, TimeSpan.Zero));
            return null;
        }

        try
        {
            var stream = session.TryOpen(request, end, out var refusal, flow);
            if (stream is null)
                end.Close(refusal);
            return stream;
        }
        catch
        {
            // The watch must know before anybody closes the socket: its descriptor's number will be another visitor's.
            end.Close(StreamError.InternalError);
            throw;
        }
    }

    /// <summary>
    /// Dials the target for a stream that the peer opened and joins them; resets the stream with the reason when the dial
    /// fails. Returns at once. <paramref name="ended"/> runs once, on a loop: it must not block.
    /// </summary>
    public static void Dial(MuxStream stream, TargetEndpoint target, RelayLoop loop, Action<SpliceResult>? ended) =>
        TargetDial.Start(stream, target, loop, ended);

    /// <summary>Dials the target, hangs up, and answers the stream with the microseconds that took; resets it when the dial fails.</summary>
    public static void Probe(MuxStream stream, TargetEndpoint target, RelayLoop loop) =>
        TargetDial.Start(stream, target, loop, null, isProbe: true);

    /// <summary>
    /// Joins a stream that one agent opened with a new one to the agent that exposes the service. Returns the new stream;
    /// null when the far session refuses, and then the first stream was reset. <paramref name="ended"/> runs once. What goes
    /// to the far session is of <paramref name="flow"/>, what comes back is of <paramref name="back"/>, a flow of the first one's.
    /// </summary>
    public static MuxStream? Bridge(
        MuxStream from, Session to, OpenRequest request, Action<SpliceResult>? ended, SendFlow? flow = null, SendFlow? back = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        MuxStream? far = null;
        far = to.TryOpen(request, new BridgeEnd(from, null), out var refusal, flow);
        if (far is null)
        {
            from.Reset(refusal);
            ended?.Invoke(new SpliceResult(refusal, 0, 0, TimeSpan.Zero));
            return null;
        }

        from.Use(back);
        from.Attach(new BridgeEnd(far, error => ended?.Invoke(new SpliceResult(
            error, far.BytesIn, far.BytesOut, TimeProvider.System.GetElapsedTime(since)))));
        return far;
    }

    /// <summary>Resets a socket that nobody takes.</summary>
    public static void Refuse(Socket accepted)
    {
        try
        {
            SocketWatch.PrepareRelayed(accepted);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        accepted.Dispose();
    }
}
