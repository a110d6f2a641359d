using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>How far we may send on a stream: an absolute limit that only rises; pure accounting.</summary>
public struct SendCredit
{
    private long _limit;
    private long _sent;

    /// <summary>A stream starts with the window that the peer named.</summary>
    public SendCredit(int initial) => _limit = initial;

    /// <summary>Bytes sent.</summary>
    public readonly long Sent => Volatile.Read(in _sent);

    /// <summary>Bytes that may be sent now.</summary>
    public readonly long Available => Volatile.Read(in _limit) - _sent;

    /// <summary>Counts sent bytes; only the writer calls it.</summary>
    public void Spend(int count) => Volatile.Write(ref _sent, _sent + count);

    /// <summary>
    /// Takes a CREDIT; only the reader calls it. A limit that goes back, or lies further ahead of what was sent than the
    /// largest window, is a violation; the same limit again is useless but allowed.
    /// </summary>
    public CreditOutcome Raise(long limit)
    {
        if (limit < _limit || limit - Sent > ProtocolLimits.MaxWindow)
            return CreditOutcome.Violation;
        if (limit == _limit)
            return CreditOutcome.Useless;
        Volatile.Write(ref _limit, limit);
        return CreditOutcome.Raised;
    }
}

/// <summary>What <see cref="SendCredit.Raise"/> found.</summary>
public enum CreditOutcome
{
    /// <summary>More may be sent.</summary>
    Raised = 0,

    /// <summary>Nothing new; counted.</summary>
    Useless = 1,

    /// <summary>The session ends.</summary>
    Violation = 2,
}
