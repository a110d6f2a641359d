namespace PrivateConnect.Protocol.Streams;

/// <summary>How long a stream stood in which wait, in ticks; pure. A turn that leaves it queued costs no time stamp.</summary>
internal struct SendTimes
{
    private long _idle;
    private long _queued;
    private long _outOfCredit;
    private long _since;

    public void Leave(SendPhase phase, long now)
    {
        Slot(ref this, phase) += now - _since;
        _since = now;
    }

    /// <summary>The sums, with the wait that lasts now.</summary>
    public readonly (long Idle, long Queued, long OutOfCredit) Read(SendPhase phase, long now)
    {
        var copy = this;
        copy.Leave(phase, now);
        return (copy._idle, copy._queued, copy._outOfCredit);
    }

    public void Start(long now) => _since = now;

    private static ref long Slot(ref SendTimes times, SendPhase phase)
    {
        switch (phase)
        {
            case SendPhase.OutOfCredit:
                return ref times._outOfCredit;
            case SendPhase.Queued or SendPhase.Pulling or SendPhase.PullingSignalled:
                return ref times._queued;
            default:
                return ref times._idle;
        }
    }
}
