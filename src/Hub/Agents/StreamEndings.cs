using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>How many streams ended by which cause; a cause that an older or newer peer invents counts as none of ours.</summary>
internal sealed class StreamEndings
{
    private static readonly int s_causes = (int)Enum.GetValues<StreamError>().Max() + 1;

    private readonly long[] _counts = new long[s_causes];
    private volatile Told _told = new(0, new Dictionary<StreamError, long>());

    public void Add(StreamError cause) =>
        Interlocked.Increment(ref _counts[(int)cause < s_causes ? (int)cause : (int)StreamError.InternalError]);

    /// <summary>The causes that happened, in the words of log and page. Written anew only when one happened since.</summary>
    public IReadOnlyDictionary<StreamError, long> Read()
    {
        var (sum, told) = (0L, _told);
        for (var cause = 0; cause < s_causes; cause++)
            sum += Volatile.Read(ref _counts[cause]);
        if (told.Sum == sum)
            return told.Counts;
        _told = told = new Told(sum, Enumerable.Range(0, s_causes).Where(cause => Volatile.Read(ref _counts[cause]) > 0)
            .ToDictionary(cause => (StreamError)cause, cause => Volatile.Read(ref _counts[cause])));
        return told.Counts;
    }

    private sealed record Told(long Sum, IReadOnlyDictionary<StreamError, long> Counts);
}
