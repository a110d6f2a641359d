using System.Net.Sockets;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>Keeps a <see cref="MemoryPromise"/> for the process: sets every bound once, before the first session, and looks after it.</summary>
public static class MemoryKeeper
{
    /// <summary>Above 15/16 of the promise memory is given back: pages of the program that nobody needs now go first.</summary>
    private const int NearParts = 16;

    /// <summary>Threads of the pool: name look-ups wait there, and each costs its stack.</summary>
    private const int PoolThreads = 16;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <summary>Between two collections that look at everything: they stop all threads for milliseconds.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private static ITimer? s_timer;
    private static long s_gaveBack;

    /// <summary>The promise; null when none was given.</summary>
    public static MemoryPromise? Promise { get; private set; }

    /// <summary>Keeps the promise from here on. Once, at the start.</summary>
    public static void Keep(MemoryPromise promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        Promise = promise;
        // What the start touched and nobody needs again must not stand at the peak, beside the handshake.
        ProcessMemory.GiveBack();
        BlockPool.Economize();
        HeldBytes.Process.Budget = promise.Queues;
        ThreadPool.GetMaxThreads(out var workers, out var ports);
        ThreadPool.SetMaxThreads(Math.Min(workers, PoolThreads), Math.Min(ports, PoolThreads));
        // The one setting of the collector that can be changed while it runs, in both runtimes.
        AppContext.SetData("GCHeapHardLimit", (ulong)promise.Heap);
        GC.RefreshMemoryLimit();
        s_timer = TimeProvider.System.CreateTimer(static _ => Look(), null, s_look, s_look);
    }

    /// <summary>Limits a relayed socket's kernel buffers where there is a promise.</summary>
    internal static void Limit(Socket socket)
    {
        if (Promise is not { } promise)
            return;
        socket.SendBufferSize = promise.SocketBuffer;
        socket.ReceiveBufferSize = promise.SocketBuffer;
    }

    private static void Look()
    {
        var now = TimeProvider.System.GetTimestamp();
        if (ProcessMemory.Resident < Promise!.Bytes / NearParts * (NearParts - 1)
            || (s_gaveBack != 0 && TimeProvider.System.GetElapsedTime(s_gaveBack, now) < s_pause))
            return;
        s_gaveBack = now;
        ProcessMemory.GiveBack();
    }
}
