using System.Globalization;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>
/// A memory cgroup of its own with a hard limit, of version 1 or 2, where this system lets us make one (root, and the
/// controller handed down). What is over the limit is killed by the kernel.
/// </summary>
internal sealed class MemoryCgroup : IDisposable
{
    private readonly string _folder;

    private MemoryCgroup(string folder) => _folder = folder;

    /// <summary>A process enters by writing its id here.</summary>
    public string Entrance => Path.Combine(_folder, "cgroup.procs");

    public static MemoryCgroup? TryCreate(long limitBytes)
    {
        var name = $"pc-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        return TryCreate($"/sys/fs/cgroup/memory/{name}", "memory.limit_in_bytes", limitBytes)
            ?? TryCreate($"/sys/fs/cgroup/{name}", "memory.max", limitBytes);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // A process in it has not quite ended; an empty group costs nothing.
        }
    }

    private static MemoryCgroup? TryCreate(string folder, string limitFile, long limitBytes)
    {
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(folder))) return null;
            Directory.CreateDirectory(folder);
            var limit = Path.Combine(folder, limitFile);
            if (File.Exists(limit))
            {
                File.WriteAllText(limit, limitBytes.ToString(CultureInfo.InvariantCulture));
                return new MemoryCgroup(folder);
            }

            Directory.Delete(folder);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
