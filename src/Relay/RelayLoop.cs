using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Relay;

/// <summary>
/// An event loop that a session and its sockets are pinned to: tells sockets when they are readable or writable and runs
/// the session's loops. The data path never blocks it; user code and slow work never run on it.
/// </summary>
public abstract class RelayLoop : PipeScheduler
{
    private static readonly Lock s_gate = new();
    private static RelayLoop[]? s_loops;
    private static int s_next;

    /// <summary>
    /// Name of the switch that takes the portable loop on Linux too (environment variable, "1"): for comparing the two.
    /// </summary>
    public const string PortableSwitch = "PRIVATECONNECT_PORTABLE_LOOP";

    /// <summary>The process's loops, one per core on Linux; call from any thread, take one per session.</summary>
    public static RelayLoop Next()
    {
        var loops = Volatile.Read(ref s_loops) ?? Start();
        return loops[(uint)Interlocked.Increment(ref s_next) % loops.Length];
    }

    /// <summary>Told of a defect that a callback on a loop let escape; any thread. For the log.</summary>
    public static event Action<Exception>? Defect;

    /// <summary>What the loop's thread had of the processor so far; from any thread. Zero where there is no such thread.</summary>
    public virtual LoopTime ReadTime() => default;

    /// <summary>Never throws: it is called where nothing is left to catch.</summary>
    internal static void Report(Exception defect)
    {
        try
        {
            Defect?.Invoke(defect);
        }
        catch (Exception)
        {
            // Who is told of defects failed itself.
        }
    }

    /// <summary>Runs what was scheduled. A defect of ours must cost one session, not the process: its loop is gone, the heartbeat ends the rest.</summary>
    internal static void Run(Action<object?> action, object? state)
    {
        try
        {
            action(state);
        }
        catch (Exception e)
        {
            Report(e);
        }
    }

    /// <summary>Watches a connected socket; it belongs to the watch from here on.</summary>
    internal abstract SocketWatch Watch(Socket socket, ISocketEvents events);

    /// <summary>Starts to connect a fresh socket; <see cref="ISocketEvents.OnConnected"/> follows, never before this returns on another thread's loop.</summary>
    internal abstract SocketWatch Connect(Socket socket, EndPoint target, ISocketEvents events);

    /// <summary>
    /// Accepts on a listening socket until the result is disposed of; <paramref name="accepted"/> must not block or throw. The
    /// socket belongs to the result from here on.
    /// </summary>
    internal abstract IAsyncDisposable Accept(Socket listening, Action<Socket> accepted);

    private static RelayLoop[] Start()
    {
        lock (s_gate)
        {
            if (s_loops is { } started)
                return started;
            var loops = OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(PortableSwitch) != "1"
                ? Array.ConvertAll(new int[Environment.ProcessorCount], _ => (RelayLoop)new EpollLoop())
                : [new PortableLoop()];
            Heartbeat.Shared.Defect += Report;
            Volatile.Write(ref s_loops, loops);
            return loops;
        }
    }
}
