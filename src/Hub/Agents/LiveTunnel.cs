namespace PrivateConnect.Hub.Agents;

/// <summary>Who uses a live stream, and what of it is in the ledger. Counted on any thread and ended on a loop: each byte once.</summary>
internal sealed class LiveTunnel(PublishedService.Guest guest)
{
    private readonly Lock _gate = new();
    private long _in;
    private long _out;
    private bool _isOver;

    public PublishedService.Guest Guest => guest;

    /// <summary>What it moved since the last time; null when it ended, for that counted the rest.</summary>
    public TunnelTally? TryCount(long bytesIn, long bytesOut)
    {
        lock (_gate)
            return _isOver ? null : Take(bytesIn, bytesOut);
    }

    /// <summary>What was not counted yet; the last word.</summary>
    public TunnelTally End(long bytesIn, long bytesOut)
    {
        lock (_gate)
        {
            _isOver = true;
            return Take(bytesIn, bytesOut);
        }
    }

    private TunnelTally Take(long bytesIn, long bytesOut)
    {
        var moved = new TunnelTally(1, bytesIn - _in, bytesOut - _out);
        (_in, _out) = (bytesIn, bytesOut);
        return moved;
    }
}
