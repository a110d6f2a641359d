using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace PrivateConnect.Relay;

/// <summary>
/// Pages of program and libraries that were only read. They count as resident, though the kernel could take them at any time;
/// forgotten, they come back from the page cache when they are touched. Linux only.
/// </summary>
internal partial struct FilePages
{
    private const int DontNeed = 4;

    private (nint Start, nint End)? _mapping;

    /// <summary>Forgets them all. A millisecond or two; allocates next to nothing, for it is done when memory is short.</summary>
    /// <exception cref="IOException">No /proc.</exception>
    public static void Forget()
    {
        using var file = File.OpenHandle("/proc/self/smaps");
        var pages = new FilePages();
        foreach (var line in new ProcLines(file, stackalloc byte[ProcLines.Space]))
        {
            if (pages.Take(line) is var (start, end))
                _ = madvise(start, end - start, DontNeed);
        }
    }

    /// <summary>
    /// Takes the next line of <c>smaps</c>; the answer is a mapping that nobody can have written to: private, not writable, and
    /// without a page of its own, neither here nor swapped out. (A relocated table is not writable either, but has pages of its
    /// own: dropped, it would be read from the file again, without its addresses.)
    /// </summary>
    internal (nint Start, nint End)? Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return null;
        if (char.IsAsciiHexDigitLower((char)line[0]))
            _mapping = Mapping(line);
        else if (line.StartsWith("Anonymous:"u8) && ProcLines.KiloBytes(line) != 0)
            _mapping = null;
        else if (line.StartsWith("Swap:"u8) && ProcLines.KiloBytes(line) == 0)
            return _mapping;
        return null;
    }

    /// <summary>The range of a line such as <c>55f0-55f8 r-xp 00001000 08:01 42   /usr/lib/x.so</c>; null where it must be left alone.</summary>
    internal static (nint Start, nint End)? Mapping(ReadOnlySpan<byte> line)
    {
        var dash = line.IndexOf((byte)'-');
        var blank = line.IndexOf((byte)' ');
        // The loader maps its cache for a moment only: by the time it is forgotten, something else may stand there.
        if (!line.Contains((byte)'/') || line.EndsWith("/ld.so.cache"u8) || dash < 0 || blank < dash || line.Length < blank + 5)
            return null;
        var rights = line.Slice(blank + 1, 4);
        if (rights[0] != 'r' || rights[1] != '-' || rights[3] != 'p')
            return null;
        return TryAddress(line[..dash], out var start) && TryAddress(line[(dash + 1)..blank], out var end) ? (start, end) : null;
    }

    private static bool TryAddress(ReadOnlySpan<byte> text, out nint address)
    {
        var isWhole = Utf8Parser.TryParse(text, out long value, out var used, 'x') && used == text.Length;
        address = (nint)value;
        return isWhole;
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint start, nint length, int advice);
}
