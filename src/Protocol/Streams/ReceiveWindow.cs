using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// What a peer may still send on a stream, as absolute offsets (after QUIC, RFC 9000 section 4.1); pure accounting.
/// Credit comes back for bytes that the local end took, in steps of half a window, and of <see cref="MaxCreditStep"/>
/// for large ones.
/// </summary>
public struct ReceiveWindow
{
    /// <summary>
    /// A sender runs dry unless the window holds the path's bytes and one step more: of 16 MiB a half would waste what the
    /// path asked for, while a credit a mebibyte costs nothing.
    /// </summary>
    public const int MaxCreditStep = 1024 * 1024;

    private long _consumed;

    /// <summary>A stream starts with the window that HELLO or WELCOME named.</summary>
    public ReceiveWindow(int initial)
    {
        Size = initial;
        Limit = initial;
    }

    /// <summary>How far the limit may run ahead of what was consumed.</summary>
    public int Size { get; private set; }

    /// <summary>How many bytes must be consumed before a credit is due.</summary>
    public readonly int CreditStep => Math.Min(Size / 2, MaxCreditStep);

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

    /// <summary>
    /// Counts consumed bytes; true when a credit is due. Call <see cref="Renew"/> then. While <paramref name="most"/> is less
    /// than the window, the limit stands still until no more than that is on its way.
    /// </summary>
    public bool Consume(int count, int most = int.MaxValue)
    {
        _consumed += count;
        return most < Size ? _consumed + most - Limit >= most / 2 : _consumed + Size - Limit >= CreditStep;
    }

    /// <summary>
    /// Raises the limit to one window of <paramref name="size"/>, but not more than <paramref name="most"/>, past the consumed
    /// bytes; sizes only grow.
    /// </summary>
    public void Renew(int size, int most = int.MaxValue)
    {
        Size = Math.Clamp(size, Size, ProtocolLimits.MaxWindow);
        Limit = Math.Max(Limit, _consumed + Math.Min(Size, most));
    }
}
