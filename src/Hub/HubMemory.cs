using PrivateConnect.Relay;

namespace PrivateConnect.Hub;

/// <summary>What the hub's memory promise has to leave for the program, and what an agent's session costs in it.</summary>
public static class HubMemory
{
    private const long MiB = 1024 * 1024;

    /// <summary>Program, runtime and native heap: 62 MB of files, 22 of compiled code and some 15 native were seen under load; the rest is margin for pages.</summary>
    public const long Program = 128 * MiB;

    /// <summary>Garbage before a collection (8 MiB), objects of HTTP, pages and the directories (16).</summary>
    public const long Working = 24 * MiB;

    /// <summary>The peak of the start, measured 147 MiB.</summary>
    public const long StartPeak = 160 * MiB;

    /// <summary>Blocks of a busy session, both directions, and its TLS; counted for each agent where there is a promise.</summary>
    public const long SessionCost = MiB;

    /// <summary>Before the first socket.</summary>
    public static void Start(HubOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ProcessMemory.LimitArenas();
        if (options.Memory is { } promise)
            MemoryKeeper.Keep(promise);
    }

    /// <summary>Reads HUB_MEMORY; the fault in words when it is no size or too small.</summary>
    public static MemoryPromise? Read(string text, out string? fault)
    {
        fault = null;
        if (!MemoryPromise.TryParse(text, out var bytes))
            fault = MemoryPromise.Form;
        else if (!MemoryPromise.TryMake(bytes, Program, Working, StartPeak, out var promise, out var smallest))
            fault = $"enough for this hub: the smallest is {smallest / MiB}M";
        else
            return promise;
        return null;
    }
}
