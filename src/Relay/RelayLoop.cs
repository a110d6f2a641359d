using System.IO.Pipelines;

namespace PrivateConnect.Relay;

/// <summary>
/// An event loop that a session and its sockets are pinned to: tells sockets when they are readable or writable and runs
/// the session's loops. The data path never blocks it; user code and slow work never run on it.
/// </summary>
public abstract class RelayLoop : PipeScheduler
{
    /// <summary>The process's loops, one per core on Linux; call from any thread, take one per session.</summary>
    public static RelayLoop Next() => throw new NotSupportedException();
}
