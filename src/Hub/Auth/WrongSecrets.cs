using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Door;

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
            return _counts.GetValueOrDefault(Source(address)) >= MaximumPerWindow;
        }
    }

    public void Add(IPAddress? address)
    {
        lock (_gate)
        {
            Turn();
            var source = Source(address);
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

    /// <summary>IPv4 by /24 and IPv6 by /64: what one holder has many of.</summary>
    private static UInt128 Source(IPAddress? address)
    {
        if (address is null) return 0;
        address = address.Unmapped();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var kept = address.AddressFamily == AddressFamily.InterNetwork ? 3 : 8;
        bytes[kept..].Clear();
        // The family keeps a /24 and a /64 of the same first bytes apart.
        bytes[15] = (byte)length;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
