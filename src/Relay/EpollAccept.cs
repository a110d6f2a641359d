using System.ComponentModel;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>
/// A listening socket on the epoll loop: a connection is accepted by the thread that goes on with it, so that a short one costs no
/// switch to the thread pool and back (decisions/0041).
/// </summary>
/// <remarks>Level-triggered, one connection a turn: data of those that are here goes on between two newcomers. Its loop bounds how many ports it asks in one.</remarks>
internal sealed class EpollAccept : IEpollEntry, IAsyncDisposable
{
    private readonly EpollLoop _loop;
    private readonly Socket _socket;
    private readonly Action<Socket> _accepted;
    private readonly int _fd;
    private readonly Lock _gate = new();
    private readonly ITimer _again;
    private bool _closed;

    public EpollAccept(EpollLoop loop, Socket listening, Action<Socket> accepted)
    {
        _loop = loop;
        _socket = listening;
        _accepted = accepted;
        _fd = (int)listening.Handle;
        // A visitor that left between the event and the accept must not hold the loop.
        listening.Blocking = false;
        _again = TimeProvider.System.CreateTimer(
            static o => ((EpollAccept)o!).OnRested(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            Register();
        }
        catch (Win32Exception)
        {
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }
    }

    public ulong Mark { get; set; }

    public void OnEvents(uint happened)
    {
        Socket accepted;
        try
        {
            lock (_gate)
            {
                if (_closed)
                    return;
                accepted = _socket.Accept();
            }
        }
        catch (SocketException e) when (PortListener.IsPassing(e))
        {
            return;
        }
        catch (Exception e)
        {
            // Level-triggered: what stays wrong would be told again at once. It must not cost the port either.
            if (e is not SocketException)
                RelayLoop.Report(e);
            Rest();
            return;
        }

        PortListener.HandOver(accepted, _accepted);
    }

    public void Close(bool orderly)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _loop.Remove(Mark);
            _socket.Dispose();
            _again.Dispose();
        }
    }

    /// <summary>Completes when no connection will be handed over any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Close(orderly: true);
        // One may be on its way on the loop in this moment.
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Schedule(static o => ((TaskCompletionSource)o!).SetResult(), passed);
        await passed.Task.ConfigureAwait(false);
    }

    private void OnRested()
    {
        try
        {
            Register();
        }
        catch (Exception e)
        {
            if (e is not Win32Exception)
                RelayLoop.Report(e);
            _again.Change(PortListener.Shortage, Timeout.InfiniteTimeSpan);
        }
    }

    private void Register()
    {
        lock (_gate)
        {
            if (!_closed)
                _loop.Add(this, _fd, Libc.EPOLLIN);
        }
    }

    /// <summary>Out of descriptors or memory, most likely: neither a busy loop nor a dead port.</summary>
    private void Rest()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _loop.Forget(Mark, _fd);
            // Closing it meanwhile must not free a slot that is somebody else's by then.
            Mark = EpollLoop.NoMark;
            _again.Change(PortListener.Shortage, Timeout.InfiniteTimeSpan);
        }
    }
}
