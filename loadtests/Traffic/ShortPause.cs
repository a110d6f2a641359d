using System.Runtime.InteropServices;

namespace PrivateConnect.LoadTests.Traffic;

/// <summary>Pauses of less than the whole milliseconds that .NET sleeps, which would be half of what is measured.</summary>
internal static partial class ShortPause
{
    public static void Wait(int microseconds) => _ = USleep((uint)microseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int USleep(uint microseconds);
}
