using System.Collections.Concurrent;

namespace PrivateConnect.Hub.Events;

/// <summary>How many follow events at once; one more is refused (429). Thread-safe.</summary>
internal sealed class EventSeats
{
    /// <summary>A dashboard and a few scripts; a script that forgets to close what it opens is told early.</summary>
    public const int PerKey = 8;

    /// <summary>Each costs a look at its key twice a second: 128 small reads of the database.</summary>
    public const int InAll = 64;

    private readonly ConcurrentDictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    public bool TryTake(string keyId)
    {
        var mine = _taken.AddOrUpdate(keyId, 1, static (_, taken) => taken + 1);
        if (Interlocked.Increment(ref _all) <= InAll && mine <= PerKey) return true;
        Leave(keyId);
        return false;
    }

    public void Leave(string keyId)
    {
        Interlocked.Decrement(ref _all);
        if (_taken.AddOrUpdate(keyId, 0, static (_, taken) => taken - 1) == 0)
            _taken.TryRemove(new KeyValuePair<string, int>(keyId, 0));
    }
}
