using System.Net;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Counts wrong secrets per source in fixed windows and says who must wait. Secrets cannot be guessed; this keeps
/// those who try from costing a query each.
/// </summary>
public sealed class WrongSecrets(TimeProvider time)
{
    // A person with a wrong key in a script stays below; a guesser gets nowhere.
    private const int MaximumPerWindow = 20;
    // As many sources as OpenSSH remembers: 65,536 entries of some 50 bytes.
    internal const int MaximumSources = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, int> _counts = [];
    private long _windowStart = time.GetTimestamp();

    /// <summary>How long a source is remembered, at most.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    internal int Sources
    {
        get
        {
            lock (_gate) return _counts.Count;
        }
    }

    public bool MustWait(IPAddress? address)
    {
        lock (_gate)
        {
            Turn();
            return _counts.GetValueOrDefault(SourceNetwork.Of(address)) >= MaximumPerWindow;
        }
    }

    public void Add(IPAddress? address)
    {
        lock (_gate)
        {
            Turn();
            var source = SourceNetwork.Of(address);
            // A full table forgets everybody: an attack from that many sources is not held by counting sources.
            if (_counts.Count >= MaximumSources && !_counts.ContainsKey(source)) _counts.Clear();
            _counts[source] = _counts.GetValueOrDefault(source) + 1;
        }
    }

    private void Turn()
    {
        if (time.GetElapsedTime(_windowStart) < Window) return;
        _counts.Clear();
        _windowStart = time.GetTimestamp();
    }
}
