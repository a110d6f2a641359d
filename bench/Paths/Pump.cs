using System.Net.Sockets;
using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Paths;

/// <summary>A thread that moves a told number of bytes on a blocking socket, again and again; allocates nothing.</summary>
internal sealed class Pump : IDisposable
{
    private readonly Thread _thread;
    private readonly Socket _socket;
    private readonly Countdown _done;
    private readonly AutoResetEvent _go = new(false);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _bytes;
    private volatile bool _over;

    /// <summary>Counts 1 down in <paramref name="done"/> when a run is over.</summary>
    public Pump(Socket socket, Direction direction, Countdown done)
    {
        _socket = socket;
        _done = done;
        _thread = new Thread(() => Loop(direction)) { IsBackground = true, Name = $"pump {direction}" };
        _thread.Start();
    }

    public enum Direction
    {
        Send,
        Receive,
        Echo,
    }

    public void Start(long bytes)
    {
        Volatile.Write(ref _bytes, bytes);
        _go.Set();
    }

    public void Dispose()
    {
        _over = true;
        _go.Set();
        _thread.Join();
        _go.Dispose();
    }

    private void Loop(Direction direction)
    {
        while (_go.WaitOne() && !_over)
        {
            for (var left = Volatile.Read(ref _bytes); left > 0;)
            {
                var part = _buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length));
                if (direction != Direction.Send)
                    part = part[.._socket.Receive(part)];
                if (part.IsEmpty)
                    throw new IOException("The path ended.");
                if (direction != Direction.Receive)
                    SendAll(part);
                left -= part.Length;
            }

            _done.Count(1);
        }
    }

    private void SendAll(ReadOnlySpan<byte> part)
    {
        while (!part.IsEmpty)
            part = part[_socket.Send(part)..];
    }
}
