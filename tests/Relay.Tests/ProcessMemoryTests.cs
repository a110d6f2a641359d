using System.Globalization;
using System.Text;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>Which pages may be given back, by what the kernel tells of them.</summary>
public sealed class ProcessMemoryTests
{
    /// <summary>A relocated table that was swapped out has no page here, but its only copy is in the swap.</summary>
    [Theory]
    [InlineData("r-xp", 0, 0, true)]
    [InlineData("r--p", 0, 0, true)]
    [InlineData("r--p", 8, 0, false)]
    [InlineData("r--p", 0, 8, false)]
    [InlineData("r--p", 4, 4, false)]
    [InlineData("rw-p", 0, 0, false)]
    [InlineData("r--s", 0, 0, false)]
    public void OnlyWhatTheFileStillHoldsIsDropped(string rights, int anonymous, int swapped, bool isDropped)
    {
        string[] smaps = [.. Mapping("55f0-55f8", rights, anonymous, swapped), .. Mapping("6000-6008", "rw-p", 8, 0)];
        Assert.Equal(isDropped ? [((nint)0x55f0, (nint)0x55f8)] : [], Droppable(smaps));
    }

    [Theory]
    [InlineData("55f0-55f8 r-xp 00001000 08:01 42                    /usr/lib/x.so", true)]
    [InlineData("55f0-55f8 r--p 00001000 08:01 42                    /usr/lib/x.so", true)]
    [InlineData("55f0-55f8 rw-p 00001000 08:01 42                    /usr/lib/x.so", false)]
    [InlineData("55f0-55f8 r-xs 00001000 00:01 42                    /memfd:doublemapper (deleted)", false)]
    [InlineData("55f0-55f8 r-xp 00000000 00:00 0                     [vdso]", false)]
    [InlineData("55f0-55f8 r--p 00000000 00:00 0 ", false)]
    [InlineData("fffffffffffffffff-0 r--p 00000000 00:00 0 /x", false)]
    [InlineData("55f0-55f8 r--p 00000000 08:01 42                    /etc/ld.so.cache", false)]
    [InlineData("Rss:                  12 kB", false)]
    public void OnlyPrivateFilePagesThatNobodyWritesAreForgotten(string line, bool isForgotten) =>
        Assert.Equal(isForgotten ? (0x55f0, 0x55f8) : null, FilePages.Mapping(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void ThisProcessHasSuchMappingsAndLivesOnWithoutTheirPages()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.NotEmpty(Droppable(File.ReadLines("/proc/self/smaps")));
        FilePages.Forget();
        Assert.True(ProcessMemory.Resident > 0);
        Assert.NotEmpty(Droppable(File.ReadLines("/proc/self/smaps")));
    }

    /// <summary>However the reads cut a file, its lines are the same; what follows the last line feed is none.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(64)]
    public void LinesAreWholeWhereverTheBufferEnds(int space)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "one\n\nthree-7\n4\n five\nrest");
            Assert.Equal(["one", "", "three-7", "4", " five"], Lines(path, space));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ALineThatDoesNotFitEndsTheReading()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "one\n12345678\nthree\n");
            Assert.Equal(["one"], Lines(path, 8));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<string> Lines(string path, int space)
    {
        var lines = new List<string>();
        using var file = File.OpenHandle(path);
        foreach (var line in new ProcLines(file, new byte[space]))
            lines.Add(Encoding.UTF8.GetString(line));
        return lines;
    }

    private static List<(nint Start, nint End)> Droppable(IEnumerable<string> smaps)
    {
        var pages = new FilePages();
        var found = new List<(nint, nint)>();
        foreach (var line in smaps)
        {
            if (pages.Take(Encoding.UTF8.GetBytes(line)) is { } mapping)
                found.Add(mapping);
        }

        return found;
    }

    private static string[] Mapping(string range, string rights, int anonymous, int swapped) =>
    [
        $"{range} {rights} 00001000 08:01 42   /usr/lib/x.so",
        "Rss:                   4 kB",
        string.Create(CultureInfo.InvariantCulture, $"Anonymous:      {anonymous,8} kB"),
        string.Create(CultureInfo.InvariantCulture, $"Swap:           {swapped,8} kB"),
        "SwapPss:               0 kB",
        "VmFlags: rd mr mw me",
    ];
}
