using System.Runtime.InteropServices;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>Which library encrypts the records of our tunnel here: the faster one where it is installed and the processor suits it.</summary>
internal static class RecordLibrary
{
    public const string LibCrypto = "libcrypto";

    private const string Faster = "libIPSec_MB";

    /// <summary>The hub's and the agent's variable that takes <see cref="LibCrypto"/> in any case.</summary>
    private const string Variable = "PRIVATECONNECT_RECORD_CIPHER";

    /// <summary>What both ends take when nobody asks for another.</summary>
    public static string Default { get; } =
        NativeLibrary.TryLoad($"{Faster}.so.1", out _)
        && File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" vaes"))
            ? Faster
            : LibCrypto;

    /// <summary>For the hub's environment.</summary>
    public static Dictionary<string, string> Environment(string library) =>
        library == Default ? [] : new() { [Variable] = library };

    /// <summary>Words before the agent's command.</summary>
    public static IReadOnlyList<string> Words(string library) => library == Default ? [] : ["env", $"{Variable}={library}"];

    /// <summary>A column must not be named after a wish: what the process has loaded counts.</summary>
    public static void Check(int process, string library)
    {
        var isFaster = File.ReadLines($"/proc/{process}/maps").Any(line => line.Contains(Faster));
        if (isFaster != (library == Faster))
            throw new InvalidOperationException($"Process {process} should use {library} and does not.");
    }
}
