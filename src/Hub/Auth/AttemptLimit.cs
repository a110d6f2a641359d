using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Hub.Auth;

/// <summary>Counts attempts per key in fixed windows, in bounded memory. Thread-safe.</summary>
internal sealed class AttemptLimit(TimeProvider time, TimeSpan window, int most)
{
    // As many sources as OpenSSH remembers: 65,536 entries of some 50 bytes.
    public const int MaximumKeys = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, int> _counts = [];
    private long _windowStart = time.GetTimestamp();

    public int Keys
    {
        get
        {
            lock (_gate) return _counts.Count;
        }
    }

    public bool IsReached(UInt128 key)
    {
        lock (_gate)
        {
            Turn();
            return _counts.GetValueOrDefault(key) >= most;
        }
    }

    public void Add(UInt128 key)
    {
        lock (_gate) Count(key);
    }

    /// <summary>Counts an attempt; false when it is one too many.</summary>
    public bool TryAdd(UInt128 key)
    {
        lock (_gate)
        {
            Turn();
            if (_counts.GetValueOrDefault(key) >= most) return false;
            Count(key);
            return true;
        }
    }

    /// <summary>A text as a key of fixed size.</summary>
    public static UInt128 Text(string text) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Count(UInt128 key)
    {
        Turn();
        // A full table forgets everybody: an attack from that many sources is not held by counting sources.
        if (_counts.Count >= MaximumKeys && !_counts.ContainsKey(key)) _counts.Clear();
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
    }

    private void Turn()
    {
        if (time.GetElapsedTime(_windowStart) < window) return;
        _counts.Clear();
        _windowStart = time.GetTimestamp();
    }
}
