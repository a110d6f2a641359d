using System.Runtime.CompilerServices;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>The agent's memory promise: <c>--memory</c>, the services file or the environment, in this order.</summary>
internal static class AgentMemory
{
    public const string Option = "--memory";

    public const string Variable = "CONNECT_MEMORY";

    private const long MiB = 1024 * 1024;

    /// <summary>
    /// Program, libraries and the C library's heap. As a native program 9 MiB of files and 2 to 3 of data were seen under load; on
    /// the .NET runtime it is an estimate with a wide margin, not a measurement.
    /// </summary>
    private static long Program => (RuntimeFeature.IsDynamicCodeSupported ? 80 : 13) * MiB;

    /// <summary>Garbage before a collection (4 MiB), blocks of a session (1), objects of an idle agent (1).</summary>
    private const long Working = 6 * MiB;

    /// <summary>The peak of start, enrolment and first handshake, measured 19 to 22 MiB as a native program.</summary>
    private const long StartPeak = 23 * MiB;

    /// <summary>What this agent lets the hub send on a new stream before the first CREDIT; windows grow from here.</summary>
    public static int InitialWindow => MemoryKeeper.Promise?.InitialWindow ?? ProtocolLimits.MaxInitialWindow;

    /// <summary>Keeps the promise from here on; nothing where none was given.</summary>
    /// <exception cref="AgentFailure">It is no size, or too small.</exception>
    public static void Keep(string? option, string? file, Func<string, string?> environment)
    {
        var (source, text) = option is not null ? (Option, option)
            : file is not null ? ("memory: in --file", file)
            : (Variable, environment(Variable));
        if (string.IsNullOrEmpty(text))
            return;
        if (!MemoryPromise.TryParse(text, out var bytes))
            throw new AgentFailure(ExitCode.Usage, $"{source} '{text}': give {MemoryPromise.Form}");
        if (!MemoryPromise.TryMake(bytes, Program, Working, StartPeak, out var promise, out var smallest))
            throw new AgentFailure(ExitCode.Usage, $"{source} '{text}': this agent cannot keep below that; the smallest is {smallest / MiB}M");
        MemoryKeeper.Keep(promise);
    }
}
