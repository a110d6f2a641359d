using System.Globalization;
using System.Runtime.InteropServices;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Wan;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>What a reader needs to know about the machine before believing a figure.</summary>
internal static class MachineFacts
{
    /// <summary>What must be the same for all figures of one table.</summary>
    public static async Task<Dictionary<string, string>> ConditionsAsync(LoadOptions options)
    {
        // The report itself and pages about it change between the sittings of a run; what is measured must not.
        string[] measured = ["src", "loadtests", "Directory.Packages.props", "Directory.Build.props"];
        var commit = await CommandAsync(["git", "-C", RepositoryRoot.Path, "log", "-1", "--format=%h", "--abbrev=12", "--", .. measured]);
        var changes = await CommandAsync(["git", "-C", RepositoryRoot.Path, "status", "--porcelain", "--", .. measured]);
        return new Dictionary<string, string>
        {
            ["commit"] = commit + (changes.Length > 0 ? " with uncommitted changes" : ""),
            ["processor"] = Line("/proc/cpuinfo", "model name"),
            ["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB",
            ["kernel"] = await CommandAsync(["uname", "-sr"]),
            ["congestion control"] = (await File.ReadAllTextAsync("/proc/sys/net/ipv4/tcp_congestion_control")).Trim(),
            ["our records are encrypted by"] = RecordLibrary.Default,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["seconds a figure"] = options.Length.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ["idle streams"] = options.IdleStreams.ToString(CultureInfo.InvariantCulture),
            ["wide-area link"] = $"{WanLink.RateMegabits} Mbit/s, emulated",
        };
    }

    /// <summary>What may differ from one sitting to the next.</summary>
    public static async Task<Dictionary<string, string>> SittingAsync() => new()
    {
        ["date"] = $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC",
        ["load average before"] = (await File.ReadAllTextAsync("/proc/loadavg"))[..14],
    };

    private static string Line(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?
            .Split(':', 2)[1].Trim() ?? "unknown";

    private static async Task<string> CommandAsync(string[] words)
    {
        await using var command = ChildProcess.Start(words[0], words[0], words[1..]);
        return await command.WaitForExitAsync() == 0 ? string.Join('\n', await command.AllOutputAsync()) : "unknown";
    }
}
