using System.Globalization;
using System.Runtime.InteropServices;

namespace PrivateConnect.Relay;

/// <summary>Resident memory of this process, and giving back what it does not need now. Linux only; elsewhere nothing happens.</summary>
public static unsafe partial class ProcessMemory
{
    private const int ArenaMax = -8;
    private const int DontNeed = 4;

    /// <summary>malloc makes eight arenas a core; two serve the loops, and what one thread freed another one takes again.</summary>
    private const int Arenas = 2;

    /// <summary>Start-up and TLS handshakes are over by then; nobody is served for longer before memory is given back.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    private static readonly Lock s_gate = new();
    private static ITimer? s_timer;

    /// <summary>Bytes of physical memory that this process has mapped; 0 where the system does not tell.</summary>
    public static long Resident => Status("VmRSS:");

    /// <summary>The most that <see cref="Resident"/> ever was.</summary>
    public static long Peak => Status("VmHWM:");

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
    /// Gives back what start-up left: pages of program and libraries that were only read (they come back from the page cache
    /// when they are touched), free heap of the C library, garbage. Milliseconds; not on a relay loop.
    /// </summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Try(static () => _ = malloc_trim(0));
        Try(DropFilePages);
    }

    private static void DropFilePages()
    {
        foreach (var (start, end) in Droppable(File.ReadLines("/proc/self/smaps")))
            _ = madvise(start, end - start, DontNeed);
    }

    /// <summary>
    /// Only mappings that nobody can have written to: private, not writable, and without a page of their own, neither here
    /// nor swapped out. (A relocated table is not writable either, but has pages of its own: dropped, it would be read from
    /// the file again, without its addresses.)
    /// </summary>
    internal static IEnumerable<(nint Start, nint End)> Droppable(IEnumerable<string> smaps)
    {
        (nint Start, nint End)? mapping = null;
        foreach (var line in smaps)
        {
            if (char.IsAsciiHexDigitLower(line[0]))
                mapping = FileMapping(line);
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal) && KiloBytes(line) > 0)
                mapping = null;
            else if (mapping is { } whole && line.StartsWith("Swap:", StringComparison.Ordinal) && KiloBytes(line) == 0)
                yield return whole;
        }
    }

    /// <summary>The range of a line such as <c>55f0-55f8 r-xp 00001000 08:01 42   /usr/lib/x.so</c>; null where it must be left alone.</summary>
    internal static (nint Start, nint End)? FileMapping(string line)
    {
        var path = line.IndexOf('/', StringComparison.Ordinal);
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (path < 0 || dash < 0 || blank < dash || line.Length < blank + 5)
            return null;
        var rights = line.AsSpan(blank + 1, 4);
        if (rights[0] != 'r' || rights[1] != '-' || rights[3] != 'p')
            return null;
        return nint.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            && nint.TryParse(line.AsSpan(dash + 1, blank - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
            ? (start, end)
            : null;
    }

    private static long Status(string field)
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith(field, StringComparison.Ordinal))
                    return KiloBytes(line) * 1024;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or /proc is not mounted.
        }

        return 0;
    }

    /// <summary>Of a line such as <c>VmRSS:	   1234 kB</c>.</summary>
    private static long KiloBytes(ReadOnlySpan<char> line)
    {
        var number = line[(line.IndexOf(':') + 1)..].Trim();
        return number.EndsWith(" kB") && long.TryParse(number[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
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
    private static partial int madvise(nint start, nint length, int advice);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
