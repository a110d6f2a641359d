using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>
/// Waits on a relay loop for a socket that is about to become a session's. The runtime's own asynchronous calls would
/// register the socket with its own engine too, for good, and every later packet would wake the thread pool for nothing.
/// </summary>
public static class LoopWait
{
    /// <summary>Completes when a receive would not block: bytes, the end of data, or a failure. Continues on the thread pool.</summary>
    public static Task ReadableAsync(Socket socket, RelayLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        var waiter = new Waiter();
        waiter.Begin(loop.Watch(socket, waiter));
        return waiter.Task;
    }

    /// <summary>The first byte that waits, left in place; -1 at the end of data. Continues on the thread pool.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public static async Task<int> FirstByteAsync(Socket socket, RelayLoop loop)
    {
        await ReadableAsync(socket, loop).ConfigureAwait(false);
        return PeekByte(socket);
    }

    private static int PeekByte(Socket socket)
    {
        Span<byte> first = stackalloc byte[1];
        return socket.Receive(first, SocketFlags.Peek) == 0 ? -1 : first[0];
    }

    /// <summary>Connects a fresh socket. Continues on the thread pool. A cancelled connect leaves the socket to be disposed of.</summary>
    /// <exception cref="SocketException">It cannot be connected.</exception>
    public static async Task ConnectAsync(Socket socket, EndPoint target, RelayLoop loop, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(loop);
        var waiter = new Waiter();
        var watch = loop.Connect(socket, target, waiter);
        using var cancelling = cancellation.UnsafeRegister(static (o, token) => ((Waiter)o!).Cancel(token), waiter);
        try
        {
            await waiter.Task.ConfigureAwait(false);
        }
        finally
        {
            watch.Detach();
        }
    }

    private sealed class Waiter : ISocketEvents
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private SocketWatch? _watch;

        public Task Task => _done.Task;

        public void Begin(SocketWatch watch)
        {
            _watch = watch;
            watch.ArmReadable();
        }

        public void Cancel(CancellationToken token) => _done.TrySetCanceled(token);

        public void OnReadable() => Finish();

        public void OnHangup() => Finish();

        public void OnWritable()
        {
        }

        public void OnConnected(SocketWatch watch, SocketError error)
        {
            if (error == SocketError.Success)
                _done.TrySetResult();
            else
                _done.TrySetException(new SocketException((int)error));
        }

        private void Finish()
        {
            // A hang-up may come before Begin: then the arming finds the sticky flag.
            if (_watch is not { } watch)
                return;
            watch.Detach();
            _done.TrySetResult();
        }
    }
}
