namespace PrivateConnect.Hub.Devices;

/// <summary>Who polls sooner than told, by the hash of the device code; in memory, since it only protects the hub.</summary>
internal sealed class PollPace(TimeProvider time)
{
    /// <summary>RFC 8628, section 3.2 and 3.5.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>As many as there may be open codes, and some that just ended.</summary>
    private const int MaximumCodes = 2 * DeviceCodes.MaximumOpen;

    /// <summary>A timer of the agent's may be a little early.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long At, TimeSpan Interval)> _polls = new(StringComparer.Ordinal);

    /// <summary>Notes a poll; true when it came too soon, and then the interval grew.</summary>
    public bool IsTooSoon(string deviceHash)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_polls.TryGetValue(deviceHash, out var last))
            {
                if (_polls.Count >= MaximumCodes) _polls.Clear();
                _polls[deviceHash] = (now, Interval);
                return false;
            }

            var tooSoon = time.GetElapsedTime(last.At, now) < last.Interval - Tolerance;
            _polls[deviceHash] = (now, tooSoon ? last.Interval + Interval : last.Interval);
            return tooSoon;
        }
    }

    public void Forget(string deviceHash)
    {
        lock (_gate) _polls.Remove(deviceHash);
    }
}
