using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Hub.Door;

/// <summary>An unauthenticated connection in the <see cref="WaitingRoom"/>.</summary>
internal sealed class Guest : IDisposable
{
    private const int Waiting = 0, Left = 1, Cut = 2;
    private readonly WaitingRoom _room;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _limit;
    private int _state;

    public Guest(WaitingRoom room, Socket socket, IPAddress source, TimeProvider time)
    {
        _room = room;
        _socket = socket;
        Source = source;
        Deadline = time.GetUtcNow() + DoorLimits.AuthenticateWithin;
        _limit = new CancellationTokenSource(DoorLimits.AuthenticateWithin, time);
        _limit.Token.UnsafeRegister(static state => ((Guest)state!).Evict(), this);
    }

    public IPAddress Source { get; }

    public DateTimeOffset Deadline { get; }

    /// <summary>Place in the room; the room's own.</summary>
    public int Index { get; set; }

    /// <summary>
    /// Ends the guest's reading, so that whoever serves it, at whatever stage, sees the end and resets the socket. It is
    /// not closed here: its descriptor may be in use by another thread.
    /// </summary>
    public void Evict()
    {
        if (Interlocked.CompareExchange(ref _state, Cut, Waiting) != Waiting)
            return;
        _room.Remove(this);
        _limit.Dispose();
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It ended by itself in the same moment.
        }
    }

    /// <summary>No longer unauthenticated, or over. False: the guest was cut.</summary>
    public bool Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Left, Waiting) != Waiting)
            return false;
        _room.Remove(this);
        _limit.Dispose();
        return true;
    }

    public void Dispose() => Leave();
}
