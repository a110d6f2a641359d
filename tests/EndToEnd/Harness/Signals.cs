using System.Runtime.InteropServices;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>POSIX signals to one process, by its id; never by name.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int KillNow = 9;
    public const int Stop = 19;
    public const int Continue = 18;

    /// <summary>Sends the signal; false when the process is gone already.</summary>
    public static bool Send(int processId, int signal) => Kill(processId, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
