using System.Runtime.InteropServices;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>What a reader needs to know about the machine before believing a figure.</summary>
internal static class MachineFacts
{
    public static async Task<IReadOnlyList<(string What, string Value)>> CollectAsync()
    {
        var commit = await CommandAsync("git", "-C", RepositoryRoot.Path, "rev-parse", "--short=12", "HEAD");
        var changes = await CommandAsync(
            "git", "-C", RepositoryRoot.Path, "status", "--porcelain", "--", ":!docs/benchmarks.md");
        return
        [
            ("date", $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC"),
            ("commit", commit + (changes.Length > 0 ? " with uncommitted changes" : "")),
            ("processor", Line("/proc/cpuinfo", "model name")),
            ("cores", Environment.ProcessorCount.ToString()),
            ("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB"),
            ("kernel", await CommandAsync("uname", "-sr")),
            ("runtime", RuntimeInformation.FrameworkDescription),
            ("load average before", (await File.ReadAllTextAsync("/proc/loadavg"))[..14]),
        ];
    }

    private static string Line(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?
            .Split(':', 2)[1].Trim() ?? "unknown";

    private static async Task<string> CommandAsync(string file, params string[] arguments)
    {
        await using var command = ChildProcess.Start(file, file, arguments);
        return await command.WaitForExitAsync() == 0 ? string.Join('\n', await command.AllOutputAsync()) : "unknown";
    }
}
