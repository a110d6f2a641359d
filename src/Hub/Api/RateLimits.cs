using System.Runtime.InteropServices;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Token buckets, each kept as one number: the moment at which it is full again. A caller beyond the quota is told when
/// to come back (429). Thread-safe.
/// </summary>
internal sealed class RateLimits<TCaller>(RateLimit limit, TimeProvider time) where TCaller : notnull
{
    /// <summary>About 4 MB. A full table forgets those whose bucket is full, and if there are none everybody.</summary>
    internal const int MaximumCallers = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<TCaller, long> _fullAt = [];
    private readonly long _perToken = time.TimestampFrequency * limit.Seconds / limit.Quota;

    public RateLimit Limit => limit;

    internal int Callers
    {
        get
        {
            lock (_gate) return _fullAt.Count;
        }
    }

    public RateVerdict Take(TCaller caller)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_fullAt.Count >= MaximumCallers && !_fullAt.ContainsKey(caller)) MakeRoom(now);
            ref var fullAt = ref CollectionsMarshal.GetValueRefOrAddDefault(_fullAt, caller, out _);
            var next = Math.Max(fullAt, now) + _perToken;
            // Whole tokens that are left after this one; below zero this one was not there.
            var left = limit.Quota - Ceiling(next - now, _perToken);
            if (left < 0) return new RateVerdict(false, 0, Seconds(next - now - limit.Quota * _perToken));
            fullAt = next;
            return new RateVerdict(true, (int)left, Seconds(next - now));
        }
    }

    private void MakeRoom(long now)
    {
        foreach (var (caller, fullAt) in _fullAt)
            if (fullAt <= now) _fullAt.Remove(caller);
        if (_fullAt.Count >= MaximumCallers) _fullAt.Clear();
    }

    private int Seconds(long ticks) => (int)Math.Max(1, Ceiling(ticks, time.TimestampFrequency));

    private static long Ceiling(long value, long unit) => (value + unit - 1) / unit;
}

/// <summary>Whether a call may go on, how many more may follow at once, and in how many seconds more come.</summary>
internal readonly record struct RateVerdict(bool Allowed, int Left, int Seconds);
