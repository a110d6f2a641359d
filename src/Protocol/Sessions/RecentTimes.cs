namespace PrivateConnect.Protocol.Sessions;

/// <summary>The last times of something, for a median of what happens now. One writer; any reader sees it a moment late.</summary>
public sealed class RecentTimes
{
    /// <summary>Enough for a steady median; ten minutes of pings. The oldest goes.</summary>
    public const int Kept = 128;

    private readonly Lock _gate = new();
    private readonly int[] _microseconds = new int[Kept];
    private int _count;
    private (int Count, TimeSpan Median)? _known;

    /// <summary>Half of the last times were shorter; null before the first. Sorted anew only when there is a newer one.</summary>
    public TimeSpan? Median
    {
        get
        {
            var count = Volatile.Read(ref _count);
            if (count == 0)
                return null;
            lock (_gate)
            {
                if (_known is { } known && known.Count == count)
                    return known.Median;
                Span<int> sorted = stackalloc int[Math.Min(count, Kept)];
                _microseconds.AsSpan(0, sorted.Length).CopyTo(sorted);
                sorted.Sort();
                var median = TimeSpan.FromMicroseconds(sorted[sorted.Length / 2]);
                _known = (count, median);
                return median;
            }
        }
    }

    internal void Add(TimeSpan time)
    {
        var count = _count;
        _microseconds[count % Kept] = (int)Math.Min(time.TotalMicroseconds, int.MaxValue);
        // Behind the sign bit it goes on from a full ring: which slot is next stays right, as Kept is a power of two.
        Volatile.Write(ref _count, count == int.MaxValue ? Kept : count + 1);
    }
}
