using System.Globalization;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>What the kernel says about a process: CPU time, memory, descriptors, descendants.</summary>
internal static class ProcFs
{
    /// <summary>USER_HZ, which the kernel's interface fixes at 100 on every architecture .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>About a second of polls, as <see cref="Until"/> makes them.</summary>
    private const int UnchangedPolls = 50;

    /// <summary>User and system seconds of the process itself and of children it has waited for.</summary>
    public static double CpuSeconds(int processId)
    {
        var fields = StatFields(processId);
        if (fields is null) return 0;
        // Fields 14-17 of proc(5): utime, stime, cutime, cstime; fields[0] is field 3.
        long ticks = 0;
        for (var field = 14; field <= 17; field++)
            ticks += long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
        return ticks / TicksPerSecond;
    }

    /// <summary>
    /// Nanoseconds that each thread has run: for processes at rest, where <see cref="CpuSeconds"/> is too coarse.
    /// </summary>
    public static Dictionary<string, long> RunTimes(int processId)
    {
        var times = new Dictionary<string, long>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                var text = File.ReadAllText($"{thread}/schedstat");
                times[thread] = long.Parse(text.AsSpan(0, text.IndexOf(' ')), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread ended between the listing and the reading.
            }
        }

        return times;
    }

    public static long ResidentBytes(int processId) => KiloBytes($"/proc/{processId}/status", "VmRSS:") * 1024;

    /// <summary>The most that <see cref="ResidentBytes"/> ever was.</summary>
    public static long PeakResidentBytes(int processId) => KiloBytes($"/proc/{processId}/status", "VmHWM:") * 1024;

    /// <summary>Resident memory with shared pages divided among their sharers: what this process costs the machine.</summary>
    public static long ProportionalBytes(int processId) =>
        KiloBytes($"/proc/{processId}/smaps_rollup", "Pss:") * 1024;

    public static int DescriptorCount(int processId) => Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length;

    /// <summary>The count once it no longer moves: a database or a timer may have opened something that stays.</summary>
    public static async Task<int> RestingDescriptorsAsync(int processId)
    {
        var (last, unchanged) = (-1, 0);
        await Until.TrueAsync(
            () =>
            {
                var now = DescriptorCount(processId);
                unchanged = now == last ? unchanged + 1 : 0;
                last = now;
                return unchanged == UnchangedPolls;
            },
            "descriptors are at rest");
        return last;
    }

    public static bool IsAlive(int processId)
    {
        var fields = StatFields(processId);
        return fields is not null && fields[0] is not ("Z" or "X");
    }

    /// <summary>The process and everything it started, and they started, that is alive now.</summary>
    public static IReadOnlyList<int> WithDescendants(int processId)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)) continue;
            if (StatFields(id) is { } fields) parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        var family = new List<int> { processId };
        for (var i = 0; i < family.Count; i++)
            family.AddRange(parents.Where(pair => pair.Value == family[i]).Select(pair => pair.Key));
        return family;
    }

    private static string[]? StatFields(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            // The command name in parentheses may hold blanks; what follows it does not.
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long KiloBytes(string path, string key)
    {
        foreach (var line in File.ReadLines(path))
        {
            if (!line.StartsWith(key, StringComparison.Ordinal)) continue;
            return long.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"{path} has no line {key}");
    }
}
