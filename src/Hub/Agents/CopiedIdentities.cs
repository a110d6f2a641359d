namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Tells a copied identity from one that moved: a session taken over from another place, and then taken back by the place
/// that had it before.
/// </summary>
internal sealed class CopiedIdentities(TimeProvider time)
{
    /// <summary>Who moves a folder to and fro does it seldom; two copies under supervisors take turns within minutes.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Place, long At)> _ousted = [];

    /// <summary>A living session was superseded. True when this is a copy that takes its turn.</summary>
    public bool IsTurn(string agentId, long olderPlace, long newerPlace)
    {
        if (olderPlace == newerPlace || olderPlace == 0 || newerPlace == 0)
            return false;
        lock (_gate)
        {
            var isTurn = _ousted.TryGetValue(agentId, out var last)
                && last.Place == newerPlace && time.GetElapsedTime(last.At) < s_window;
            _ousted[agentId] = (olderPlace, time.GetTimestamp());
            return isTurn;
        }
    }

    /// <summary>The agent is gone from the hub.</summary>
    public void Forget(string agentId)
    {
        lock (_gate)
            _ousted.Remove(agentId);
    }
}
