using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>
/// A socket on the portable loop. Readable is a zero-byte receive. There is no such wait for writable, so what a full
/// socket refuses is carried here, at most one block, and sent asynchronously; room is told when it has left.
/// </summary>
internal sealed class PortableWatch : SocketWatch, IDisposable
{
    private readonly RelayLoop _loop;
    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private readonly SocketAsyncEventArgs _reading = new(true);
    private readonly SocketAsyncEventArgs _writing = new(true);
    private byte[]? _carry;
    private bool _reads;
    private bool _wantWrite;
    private bool _shutdownAfterCarry;
    private bool _closeAfterCarry;
    private bool _failed;
    private bool _closed;

    public PortableWatch(RelayLoop loop, Socket socket, ISocketEvents events)
        : base(events)
    {
        _loop = loop;
        _socket = socket;
        _reading.Completed += (_, _) => Guard(static watch => watch.OnReadable());
        _reading.SetBuffer(Memory<byte>.Empty);
        _writing.Completed += (_, _) => Guard(static watch => watch.OnCarried());
    }

    public void BeginConnect(EndPoint target)
    {
        _writing.RemoteEndPoint = target;
        _carry = [];
        if (!_socket.ConnectAsync(_writing))
            _loop.Schedule(static o => ((PortableWatch)o!).OnCarried(), this);
    }

    public override int Receive(Span<byte> into)
    {
        lock (_gate)
        {
            if (_closed || _failed)
                return Failed;
            _socket.Blocking = false;
            var n = _socket.Receive(into, SocketFlags.None, out var error);
            return error == SocketError.Success ? n : error == SocketError.WouldBlock ? WouldBlock : Failed;
        }
    }

    public override int Send(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            if (_closed || _failed)
                return Failed;
            if (_carry is not null)
                return WouldBlock;
            _socket.Blocking = false;
            var n = _socket.Send(data, SocketFlags.None, out var error);
            if (error == SocketError.Success)
                return n;
            return error == SocketError.WouldBlock ? Carry(data) : Failed;
        }
    }

    public override void ArmReadable()
    {
        lock (_gate)
        {
            if (_closed || _reads)
                return;
            _reads = true;
            if (_socket.ReceiveAsync(_reading))
                return;
        }

        _loop.Schedule(static o => ((PortableWatch)o!).OnReadable(), this);
    }

    public override void ArmWritable()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            if (_carry is not null)
            {
                _wantWrite = true;
                return;
            }
        }

        _loop.Schedule(static o => ((PortableWatch)o!).Events.OnWritable(), this);
    }

    public override void ShutdownSend()
    {
        lock (_gate)
        {
            if (_carry is not null)
                _shutdownAfterCarry = true;
            else if (!_closed)
                Shutdown();
        }
    }

    public override void Close(bool orderly)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            if (orderly && _carry is not null && !_failed)
            {
                _closeAfterCarry = true;
                return;
            }

            CloseNow(orderly);
        }
    }

    public override void Detach()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _reading.Dispose();
            _writing.Dispose();
        }
    }

    private int Carry(ReadOnlySpan<byte> data)
    {
        var count = Math.Min(data.Length, BlockPool.Small.BlockSize);
        _carry = BlockPool.Small.Rent();
        data[..count].CopyTo(_carry);
        _writing.SetBuffer(_carry, 0, count);
        if (!_socket.SendAsync(_writing))
            _loop.Schedule(static o => ((PortableWatch)o!).OnCarried(), this);
        return count;
    }

    /// <summary>On the thread pool: a defect of ours must cost one socket, not the process.</summary>
    private void Guard(Action<PortableWatch> handle)
    {
        try
        {
            handle(this);
        }
        catch (Exception e)
        {
            Close(orderly: false);
            RelayLoop.Report(e);
        }
    }

    private void OnReadable()
    {
        lock (_gate)
            _reads = false;
        if (_reading.SocketError is SocketError.Success or SocketError.OperationAborted)
            Events.OnReadable();
        else
            Events.OnHangup();
    }

    private void OnCarried()
    {
        bool connected, write;
        var error = _writing.SocketError;
        lock (_gate)
        {
            connected = _writing.LastOperation == SocketAsyncOperation.Connect && _carry is { Length: 0 };
            if (_carry is { Length: > 0 } block)
                BlockPool.Small.Return(block);
            _carry = null;
            _failed |= error != SocketError.Success;
            write = _wantWrite;
            _wantWrite = false;
            if (_shutdownAfterCarry && !_failed && !_closed)
                Shutdown();
            if (_closeAfterCarry && !_closed)
                CloseNow(!_failed);
        }

        if (connected)
            Events.OnConnected(this, error);
        else if (error != SocketError.Success)
            Events.OnHangup();
        else if (write)
            Events.OnWritable();
    }

    private void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The connection died meanwhile; the receiving side tells.
        }
    }

    private void CloseNow(bool orderly)
    {
        _closed = true;
        if (orderly)
            Disarm(_socket);
        _socket.Dispose();
        // An operation under way delays the disposal of its arguments until it is over.
        _reading.Dispose();
        _writing.Dispose();
    }

    public void Dispose() => Close(orderly: false);
}
