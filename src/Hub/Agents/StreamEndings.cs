using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>How many streams ended by which cause; a cause that an older or newer peer invents counts as none of ours.</summary>
internal sealed class StreamEndings
{
    private static readonly int s_causes = (int)Enum.GetValues<StreamError>().Max() + 1;

    private readonly long[] _counts = new long[s_causes];

    public void Add(StreamError cause) =>
        Interlocked.Increment(ref _counts[(int)cause < s_causes ? (int)cause : (int)StreamError.InternalError]);

    /// <summary>The causes that happened, in the words of log and page.</summary>
    public IReadOnlyDictionary<StreamError, long> Read() =>
        Enumerable.Range(0, s_causes).Where(cause => Volatile.Read(ref _counts[cause]) > 0)
            .ToDictionary(cause => (StreamError)cause, cause => Volatile.Read(ref _counts[cause]));
}
