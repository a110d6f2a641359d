using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.LoadTests.Traffic;

/// <summary>Connections with a thread each. Ending closes the sockets, which is what wakes the threads.</summary>
internal sealed class ClientThreads : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly List<Thread> _threads = [];
    private volatile bool _ending;
    private Exception? _failure;

    public bool Ending => _ending;

    /// <summary>One connection in a role, one thread per piece of work on it.</summary>
    public void Add(IPEndPoint to, byte role, params Action<Socket>[] work)
    {
        var socket = Sockets.Connect(to, role);
        _sockets.Add(socket);
        foreach (var part in work) Run(() => part(socket));
    }

    /// <summary>A thread without a connection of its own. Returning early is a failure unless it may end.</summary>
    public void Run(Action work, bool mayEnd = false)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
                if (!_ending && !mayEnd) Fail(new IOException("The path ended a connection in the middle of the measurement."));
            }
            catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException)
            {
                if (!_ending) Fail(failure);
            }
        })
        { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    /// <summary>Throws when a connection broke while it should have carried load.</summary>
    public void ThrowIfBroken()
    {
        if (_failure is not null) throw new IOException($"The load broke off: {_failure.Message}", _failure);
    }

    /// <summary>Lets the threads see <see cref="Ending"/> and finish by themselves.</summary>
    public void EndAndJoin()
    {
        _ending = true;
        Join();
    }

    /// <summary>Waits for threads that finish by themselves.</summary>
    public void Join()
    {
        foreach (var thread in _threads) thread.Join();
    }

    public void Dispose()
    {
        _ending = true;
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var thread in _threads) thread.Join();
    }

    private void Fail(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);
}
