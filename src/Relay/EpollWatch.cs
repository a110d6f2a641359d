using System.Net.Sockets;
using System.Runtime.InteropServices;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>
/// A socket on the epoll loop. Edges are remembered in sticky flags: an edge that comes while nobody waits is told when
/// somebody does, and the hang-up flag stays set, or an end of data that arrived with the last bytes would be lost.
/// </summary>
internal sealed unsafe class EpollWatch(EpollLoop loop, Socket socket, ISocketEvents events) : SocketWatch(events), IEpollEntry
{
    private const uint Everything = Libc.EPOLLIN | Libc.EPOLLPRI | Libc.EPOLLOUT | Libc.EPOLLRDHUP | Libc.EPOLLET;

    /// <summary>Slices of one call: a block of full frames.</summary>
    private const int MaxVectors = 8;

    private readonly Lock _gate = new();
    private readonly int _fd = (int)socket.Handle;
    private bool _registered;
    private bool _connecting;
    private bool _closed;
    private bool _readReady;
    private bool _writeReady;
    private bool _peerEnded;
    private bool _urgent;
    private bool _wantRead;
    private bool _wantWrite;

    /// <summary>Slot and generation in the loop's table.</summary>
    public ulong Mark { get; set; }

    public void Register(bool isConnecting)
    {
        lock (_gate)
        {
            _connecting = isConnecting;
            _registered = true;
            loop.Add(this, _fd, Everything);
        }
    }

    /// <summary>For a connect that failed at once: told from the loop, as every other outcome.</summary>
    public void FailConnect() => Events.OnConnected(this, SocketError.NetworkUnreachable);

    /// <summary>On the loop.</summary>
    public void OnEvents(uint happened)
    {
        bool read, write, hangup, connected;
        var error = SocketError.Success;
        lock (_gate)
        {
            if (_closed)
                return;
            connected = _connecting && (happened & (Libc.EPOLLOUT | Libc.EPOLLERR | Libc.EPOLLHUP)) != 0;
            if (_connecting && !connected)
                return;
            _connecting = false;
            hangup = (happened & Libc.EPOLLERR) != 0;
            if (connected && hangup)
                error = TakeError();
            _urgent |= (happened & Libc.EPOLLPRI) != 0;
            _peerEnded |= (happened & (Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0;
            _readReady |= _peerEnded || (happened & Libc.EPOLLIN) != 0;
            _writeReady |= (happened & (Libc.EPOLLOUT | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0;
            read = _wantRead && _readReady;
            write = _wantWrite && _writeReady;
            _wantRead &= !read;
            _wantWrite &= !write;
        }

        if (connected)
        {
            Events.OnConnected(this, error);
            return;
        }

        if (hangup)
            Events.OnHangup();
        if (read)
            Events.OnReadable();
        if (write)
            Events.OnWritable();
    }

    public override int Receive(Span<byte> into)
    {
        lock (_gate)
        {
            if (_closed)
                return Failed;
            nint n;
            do
            {
                fixed (byte* bytes = into)
                    n = Libc.recv(_fd, bytes, (nuint)into.Length, Libc.MSG_DONTWAIT);
            }
            while (n < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            return Received(n, into.Length);
        }
    }

    public override int Receive(Span<byte> into, int slice, int gap)
    {
        if (into.Length <= slice)
            return Receive(into);
        lock (_gate)
        {
            if (_closed)
                return Failed;
            var vectors = stackalloc Libc.Vector[MaxVectors];
            nint n;
            int asked;
            fixed (byte* bytes = into)
            {
                var message = new Libc.Message { Vectors = vectors };
                asked = 0;
                for (var at = 0; at < into.Length && message.Count < MaxVectors; at += slice + gap)
                {
                    var length = Math.Min(slice, into.Length - at);
                    vectors[message.Count++] = new Libc.Vector { Start = bytes + at, Length = (nuint)length };
                    asked += length;
                }

                do
                    n = Libc.recvmsg(_fd, &message, Libc.MSG_DONTWAIT);
                while (n < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            }

            return Received(n, asked);
        }
    }

    public override int Send(ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices)
    {
        lock (_gate)
        {
            if (_closed)
                return Failed;
            var vectors = stackalloc Libc.Vector[MaxVectors];
            nint n;
            fixed (byte* bytes = block)
            {
                var message = new Libc.Message { Vectors = vectors, Count = (nuint)Math.Min(slices.Length, MaxVectors) };
                for (var i = 0; i < (int)message.Count; i++)
                    vectors[i] = new Libc.Vector { Start = bytes + slices[i].Start, Length = (nuint)slices[i].Length };
                do
                    n = Libc.sendmsg(_fd, &message, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL);
                while (n < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            }

            return Sent(n);
        }
    }

    public override int Send(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            if (_closed)
                return Failed;
            nint n;
            do
            {
                fixed (byte* bytes = data)
                    n = Libc.send(_fd, bytes, (nuint)data.Length, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL);
            }
            while (n < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);
            return Sent(n);
        }
    }

    public override void ArmReadable()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            if (!_readReady)
            {
                _wantRead = true;
                return;
            }
        }

        loop.Schedule(static o => ((EpollWatch)o!).Events.OnReadable(), this);
    }

    public override void ArmWritable()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            if (!_writeReady)
            {
                _wantWrite = true;
                return;
            }
        }

        loop.Schedule(static o => ((EpollWatch)o!).Events.OnWritable(), this);
    }

    public override void ShutdownSend()
    {
        lock (_gate)
        {
            if (!_closed)
                _ = Libc.shutdown(_fd, Libc.SHUT_WR);
        }
    }

    public override void Close(bool orderly)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (_registered)
                loop.Remove(Mark);
            if (orderly)
                Disarm(socket);
            // Closing the descriptor takes it out of the epoll set.
            socket.Dispose();
        }
    }

    public override void Detach()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            if (_registered)
                loop.Forget(Mark, _fd);
        }
    }

    /// <summary>Judges what a receive returned, under the lock.</summary>
    private int Received(nint n, int asked)
    {
        // A short receive emptied the socket: the next bytes make a new edge. The peer's end makes none, and urgent data
        // ends a receive early.
        _readReady = n == asked || _peerEnded || (_urgent && n > 0);
        if (n >= 0)
            return (int)n;
        if (Marshal.GetLastPInvokeError() != Libc.EAGAIN)
            return Failed;
        _readReady = false;
        return WouldBlock;
    }

    /// <summary>Judges what a send returned, under the lock.</summary>
    private int Sent(nint n)
    {
        if (n >= 0)
            return (int)n;
        if (Marshal.GetLastPInvokeError() != Libc.EAGAIN)
            return Failed;
        _writeReady = false;
        return WouldBlock;
    }

    private SocketError TakeError()
    {
        try
        {
            return (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }
}
