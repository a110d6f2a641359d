using System.Globalization;
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
        Assert.Equal(isDropped ? [((nint)0x55f0, (nint)0x55f8)] : [], ProcessMemory.Droppable(smaps));
    }

    [Fact]
    public void ThisProcessHasSuchMappings()
    {
        if (OperatingSystem.IsLinux())
            Assert.NotEmpty(ProcessMemory.Droppable(File.ReadLines("/proc/self/smaps")));
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
