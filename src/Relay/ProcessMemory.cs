using System.Runtime.InteropServices;

namespace PrivateConnect.Relay;

/// <summary>Resident memory of this process, and giving back what it does not need now. Linux only; elsewhere nothing happens.</summary>
public static partial class ProcessMemory
{
    private const int ArenaMax = -8;

    /// <summary>malloc makes eight arenas a core; two serve the loops, and what one thread freed another one takes again.</summary>
    private const int Arenas = 2;

    /// <summary>Start-up and TLS handshakes are over by then; nobody is served for longer before memory is given back.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    private static readonly Lock s_gate = new();
    private static ITimer? s_timer;

    /// <summary>Bytes of physical memory that this process has mapped; 0 where the system does not tell.</summary>
    public static long Resident
    {
        get
        {
            try
            {
                using var file = File.OpenHandle("/proc/self/status");
                foreach (var line in new ProcLines(file, stackalloc byte[ProcLines.Space]))
                {
                    if (line.StartsWith("VmRSS:"u8))
                        return Math.Max(0, ProcLines.KiloBytes(line)) * 1024;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not Linux, or /proc is not mounted.
            }

            return 0;
        }
    }

    /// <summary>Keeps the C library from spreading its heap; before the first thread starts.</summary>
    public static void LimitArenas() => Try(static () => _ = mallopt(ArenaMax, Arenas));

    /// <summary>Gives memory back once, soon: after a start or a new session. Any thread; never blocks.</summary>
    public static void GiveBackSoon()
    {
        lock (s_gate)
        {
            s_timer ??= TimeProvider.System.CreateTimer(
                static _ => GiveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            s_timer.Change(s_settled, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>
    /// Gives back what start-up left: garbage, free heap of the C library, pages of files. Milliseconds; not on a relay loop.
    /// </summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Try(static () => _ = malloc_trim(0));
        ForgetFilePages();
    }

    /// <summary>
    /// Only the pages of program and libraries that were only read: they come back from the page cache when they are touched.
    /// A millisecond or two, and no thread stops.
    /// </summary>
    public static void ForgetFilePages()
    {
        if (OperatingSystem.IsLinux())
            Try(FilePages.Forget);
    }

    private static void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, or no /proc: the process is larger, and works.
        }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
