using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Control;

/// <summary>Downloads at full speed, each on a thread of its own, that may be cut: who still lives, and what came when.</summary>
internal sealed class WatchedStreams : IDisposable
{
    private const int StallMilliseconds = 30_000;
    private const int PauseMilliseconds = 1;

    private readonly List<Socket> _sockets = [];
    private readonly List<Thread> _threads = [];
    private long _received;
    private long _lastEnd;
    private int _living;
    private int _reset;

    public WatchedStreams(IPEndPoint to, int streams)
    {
        try
        {
            for (var i = 0; i < streams; i++)
            {
                var socket = Sockets.Connect(to, Role.Source);
                _sockets.Add(socket);
                _living++;
                var thread = new Thread(() => Receive(socket)) { IsBackground = true };
                _threads.Add(thread);
                thread.Start();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public long Received => Interlocked.Read(ref _received);

    public int Living => Volatile.Read(ref _living);

    /// <summary>Those that ended with a reset, as every end must that is not an orderly one.</summary>
    public int Reset => Volatile.Read(ref _reset);

    /// <summary>When the last of them ended.</summary>
    public long LastEnd => Interlocked.Read(ref _lastEnd);

    /// <summary>Waits until none lives; false when some still do after the time.</summary>
    public bool WaitForEnd(TimeSpan longest)
    {
        var start = Stopwatch.GetTimestamp();
        while (Living > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > longest) return false;
            Thread.Sleep(PauseMilliseconds);
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var thread in _threads) thread.Join(StallMilliseconds);
    }

    private void Receive(Socket socket)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Sockets.BulkBytes, pinned: true);
        try
        {
            while (socket.Receive(buffer) is var count and > 0) Interlocked.Add(ref _received, count);
        }
        catch (SocketException end)
        {
            if (end.SocketErrorCode == SocketError.ConnectionReset) Interlocked.Increment(ref _reset);
        }
        catch (ObjectDisposedException)
        {
            // The measurement is over.
        }

        Interlocked.Exchange(ref _lastEnd, Stopwatch.GetTimestamp());
        Interlocked.Decrement(ref _living);
    }
}
