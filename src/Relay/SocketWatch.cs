using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>
/// One socket on a loop: non-blocking receive and send, one-shot readiness, and the end. Any thread may call; the owner
/// sees to it that one receives and one sends at a time.
/// </summary>
internal abstract class SocketWatch(ISocketEvents events)
{
    /// <summary>Nothing now.</summary>
    public const int WouldBlock = -1;

    /// <summary>The connection failed or the watch is closed.</summary>
    public const int Failed = -2;

    private static readonly LingerOption s_reset = new(true, 0);
    private static readonly LingerOption s_orderly = new(false, 0);

    /// <summary>Who is told; exchanged once, when a dialled socket becomes a stream's end.</summary>
    public ISocketEvents Events { get; set; } = events;

    /// <summary>Bytes received, 0 at the end of data, or one of the negative results.</summary>
    public abstract int Receive(Span<byte> into);

    /// <summary>As <see cref="Receive(Span{byte})"/> into slices with gaps between them (<see cref="StreamEnd.Pull(Span{byte}, int, int)"/>).</summary>
    public virtual int Receive(Span<byte> into, int slice, int gap)
    {
        var taken = 0;
        for (var at = 0; at < into.Length; at += slice + gap)
        {
            var length = Math.Min(slice, into.Length - at);
            var n = Receive(into.Slice(at, length));
            if (n <= 0)
                return taken > 0 ? taken : n;
            taken += n;
            if (n < length)
                break;
        }

        return taken;
    }

    /// <summary>Bytes taken, or one of the negative results.</summary>
    public abstract int Send(ReadOnlySpan<byte> data);

    /// <summary>As <see cref="Send(ReadOnlySpan{byte})"/> for slices of a block, in their order.</summary>
    public virtual int Send(ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices)
    {
        var taken = 0;
        foreach (var slice in slices)
        {
            var n = Send(block.Slice(slice.Start, slice.Length));
            if (n < 0)
                return taken > 0 ? taken : n;
            taken += n;
            if (n < slice.Length)
                break;
        }

        return taken;
    }

    public abstract void ArmReadable();

    public abstract void ArmWritable();

    /// <summary>Passes the end of data on after everything sent.</summary>
    public abstract void ShutdownSend();

    /// <summary>Closes: in order, or so that the other side sees a reset. Later calls do nothing.</summary>
    public abstract void Close(bool orderly);

    /// <summary>Forgets the socket without closing it: somebody else goes on with it.</summary>
    public abstract void Detach();

    /// <summary>
    /// What every relayed socket is born with: no delay, and linger 0, so that a killed process can never look like a
    /// finished download.
    /// </summary>
    public static void PrepareRelayed(Socket socket)
    {
        socket.NoDelay = true;
        socket.LingerState = s_reset;
        MemoryKeeper.Limit(socket);
    }

    /// <summary>The one place that disarms the reset.</summary>
    protected static void Disarm(Socket socket)
    {
        try
        {
            socket.LingerState = s_orderly;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection died meanwhile: closing it resets it, which is then the truth.
        }
    }
}
