using PrivateConnect.LoadTests.Paths;

namespace PrivateConnect.LoadTests;

/// <summary>How many streams fit the descriptors that one process may have; what is started here inherits the limit.</summary>
internal static class DescriptorLimit
{
    /// <summary>For libraries, logs, listeners, and the streams that warm a path up.</summary>
    private const int Others = 1_000;

    public static int Streams(PathKind kind) => (Limit() - Others) / kind.DescriptorsPerStream;

    private static int Limit()
    {
        const string Line = "Max open files";
        var words = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Line, StringComparison.Ordinal))[Line.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.TryParse(words[0], out var limit) ? limit : int.MaxValue;
    }
}
