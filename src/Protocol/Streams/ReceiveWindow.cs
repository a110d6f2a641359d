using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// What a peer may still send on a stream, as absolute offsets (after QUIC, RFC 9000 section 4.1); pure accounting.
/// Credit comes back for bytes that the local end took, in steps of at least half a window.
/// </summary>
public struct ReceiveWindow
{
    private long _consumed;

    /// <summary>A stream starts with the window that HELLO or WELCOME named.</summary>
    public ReceiveWindow(int initial)
    {
        Size = initial;
        Limit = initial;
    }

    /// <summary>How far the limit may run ahead of what was consumed.</summary>
    public int Size { get; private set; }

    /// <summary>The peer may send up to this offset; only rises.</summary>
    public long Limit { get; private set; }

    /// <summary>Bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes that the local end took.</summary>
    public readonly long Consumed => _consumed;

    /// <summary>Counts received bytes; false when they pass the limit (a violation).</summary>
    public bool TryReceive(int count)
    {
        if (count > Limit - Received)
            return false;
        Received += count;
        return true;
    }

    /// <summary>Counts consumed bytes; true when a credit is due. Call <see cref="Renew"/> then.</summary>
    public bool Consume(int count)
    {
        _consumed += count;
        return _consumed + Size - Limit >= Size / 2;
    }

    /// <summary>Raises the limit to one window of <paramref name="size"/> past the consumed bytes. A smaller size takes no credit back: the next one comes later.</summary>
    public void Renew(int size)
    {
        Size = Math.Clamp(size, ProtocolLimits.MinInitialWindow, ProtocolLimits.MaxWindow);
        Limit = Math.Max(Limit, _consumed + Size);
    }
}
