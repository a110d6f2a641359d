using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Relay;

/// <summary>
/// A promise that the process's resident memory stays below a size, and what follows from it; pure. What the program itself
/// needs is taken off first; the rest is what the collector may use, and of that the queues get what its garbage and the
/// session's own blocks leave.
/// </summary>
/// <param name="Bytes">The promise.</param>
/// <param name="Heap">What the collector may use: its hard limit.</param>
/// <param name="Queues">Budget of streams and of the bytes that slow ends refused.</param>
public sealed record MemoryPromise(long Bytes, long Heap, long Queues)
{
    private const long MiB = 1024 * 1024;

    /// <summary>Less than this holds a handful of streams: no agent to rely on.</summary>
    private const long LeastQueues = MiB;

    /// <summary>So many streams that never read fit into the budget with their first window.</summary>
    private const int StalledStreams = 128;

    /// <summary>So many of a socket's two kernel buffers, in a promise: they are the kernel's memory, but somebody pays.</summary>
    private const int SocketBuffers = 512;

    /// <summary>A socket's buffer below one TLS record costs more wake-ups than it saves.</summary>
    private const int LeastSocketBuffer = 16 * 1024;

    /// <summary>The kernel tunes up to a few MiB by itself: a larger limit would be none.</summary>
    private const int MostSocketBuffer = 1024 * 1024;

    /// <summary>The window that new streams start with: in steps of a record's payload, as far as the wire allows.</summary>
    public int InitialWindow => (int)Math.Clamp(
        Queues / StalledStreams / ProtocolLimits.MinInitialWindow * ProtocolLimits.MinInitialWindow,
        ProtocolLimits.MinInitialWindow, ProtocolLimits.MaxInitialWindow);

    /// <summary>Limit of each of a relayed socket's kernel buffers.</summary>
    public int SocketBuffer => (int)Math.Clamp(Bytes / SocketBuffers, LeastSocketBuffer, MostSocketBuffer);

    /// <summary>
    /// Divides a promise. <paramref name="program"/> is what the program needs beside the collector's heap,
    /// <paramref name="working"/> what its garbage, its own objects and the blocks of one session need in it,
    /// <paramref name="start"/> what the start alone touches. False, with the smallest promise that can be kept, when it is too small.
    /// </summary>
    public static bool TryMake(
        long bytes, long program, long working, long start, [NotNullWhen(true)] out MemoryPromise? promise, out long smallest)
    {
        smallest = (Math.Max(program + working + LeastQueues, start) + MiB - 1) / MiB * MiB;
        promise = bytes < smallest ? null : new MemoryPromise(bytes, bytes - program, bytes - program - working);
        return promise is not null;
    }

    /// <summary>Reads 24M, 1.5G is not one: a whole number with K, M or G (1,024 each).</summary>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        if (text is not { Length: > 1 })
            return false;
        var unit = char.ToUpperInvariant(text[^1]) switch { 'K' => 1024L, 'M' => MiB, 'G' => 1024 * MiB, _ => 0 };
        if (unit == 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        bytes = count * unit;
        return bytes > 0;
    }

    /// <summary>What <see cref="TryParse"/> takes, in words.</summary>
    public const string Form = "a size such as 24M, 512M or 1G";
}
