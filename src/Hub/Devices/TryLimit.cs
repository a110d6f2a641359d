namespace PrivateConnect.Hub.Devices;

/// <summary>Counts tries by key in fixed windows of a minute; bounded, and safe to ask from any thread.</summary>
internal sealed class TryLimit(TimeProvider time, int most)
{
    /// <summary>Keys of one window, some 100 bytes each. More than these at once: everybody waits for the next window.</summary>
    private const int MaximumKeys = 16_384;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _tries = new(StringComparer.Ordinal);
    private long _since = time.GetTimestamp();

    public bool IsOver(string key)
    {
        lock (_gate)
        {
            Turn();
            return _tries.TryGetValue(key, out var tries) ? tries >= most : _tries.Count >= MaximumKeys;
        }
    }

    public void Add(string key)
    {
        lock (_gate)
        {
            Turn();
            if (_tries.Count < MaximumKeys || _tries.ContainsKey(key))
                _tries[key] = _tries.GetValueOrDefault(key) + 1;
        }
    }

    private void Turn()
    {
        if (time.GetElapsedTime(_since) < Window) return;
        _tries.Clear();
        _since = time.GetTimestamp();
    }
}
