using System.Net.Sockets;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Relay;

/// <summary>Keeps a <see cref="MemoryPromise"/> for the process: sets every bound once, before the first session, and looks after it.</summary>
public static class MemoryKeeper
{
    /// <summary>Above 12/16 of the promise pages of files are forgotten, above 15/16 everything is given back that can be.</summary>
    private const int Parts = 16;
    private const int ForgetParts = 12;
    private const int GiveBackParts = 15;

    /// <summary>Threads of the pool: name look-ups wait there, and each costs its stack.</summary>
    private const int PoolThreads = 16;

    /// <summary>Between two collections that look at everything: they stop all threads for milliseconds.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private static long s_gaveBack;

    /// <summary>The promise; null when none was given.</summary>
    public static MemoryPromise? Promise { get; private set; }

    /// <summary>Keeps the promise from here on. Once, at the start.</summary>
    public static void Keep(MemoryPromise promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        Promise = promise;
        // What the start touched and nobody needs again must not stand at the peak, beside the handshake; nor the 3 MB of itself
        // that a cipher's library touches once, when it is loaded.
        _ = IpsecMb.For(TlsSuite.Aes128Gcm);
        ProcessMemory.GiveBack();
        BlockPool.Economize();
        HeldBytes.Process.Budget = promise.Queues;
        ThreadPool.GetMaxThreads(out var workers, out var ports);
        ThreadPool.SetMaxThreads(Math.Min(workers, PoolThreads), Math.Min(ports, PoolThreads));
        // The one setting of the collector that can be changed while it runs, in both runtimes.
        AppContext.SetData("GCHeapHardLimit", (ulong)promise.Heap);
        GC.RefreshMemoryLimit();
        Heartbeat.Shared.Beat += Look;
    }

    /// <summary>Limits a relayed socket's kernel buffers where there is a promise.</summary>
    internal static void Limit(Socket socket)
    {
        if (Promise is not { } promise)
            return;
        socket.SendBufferSize = promise.SocketBuffer;
        socket.ReceiveBufferSize = promise.SocketBuffer;
    }

    /// <summary>
    /// After a step of the start: what it alone touched of program and libraries must not stand at the peak of the next one. Nothing
    /// where there is no promise.
    /// </summary>
    public static void Step()
    {
        if (Promise is not null)
            ProcessMemory.ForgetFilePages();
    }

    /// <summary>
    /// On the heartbeat, which is not held up by more than it would be anyway: a collection stops its thread with all others, whoever asks
    /// for it, and the rest takes a millisecond or two.
    /// </summary>
    private static void Look()
    {
        var part = Promise!.Bytes / Parts;
        var resident = ProcessMemory.Resident;
        var now = TimeProvider.System.GetTimestamp();
        if (resident >= GiveBackParts * part && (s_gaveBack == 0 || TimeProvider.System.GetElapsedTime(s_gaveBack, now) >= s_pause))
        {
            s_gaveBack = now;
            ProcessMemory.GiveBack();
        }
        else if (resident >= ForgetParts * part)
        {
            ProcessMemory.ForgetFilePages();
        }
    }
}
