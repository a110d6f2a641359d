namespace PrivateConnect.Protocol.Streams;

public sealed partial class MuxStream
{
    private SendTimes _sendTimes;
    private int _peerWindow;
    private long _heldTicks;
    private long _heldSince;

    /// <summary>Turns that the writer gave it. Guarded by the send queue's lock.</summary>
    internal long Turns;

    /// <summary>Bytes moved in both directions when a sampler last looked: those that stand still need no more than that.</summary>
    public long SampledBytes { get; set; }

    /// <summary>Whether it waits for the peer's credit; a look from outside, true a moment ago.</summary>
    public bool IsOutOfCredit => Phase == SendPhase.OutOfCredit;

    /// <summary>A look at the stream, from any thread.</summary>
    public StreamStatistics ReadStatistics() => _session.Sending.Read(this, _session.BlockedTicks);

    /// <summary>Under the send queue's lock.</summary>
    internal StreamStatistics Read(long blockedTicks)
    {
        var now = _session.Time.GetTimestamp();
        var (idle, queued, outOfCredit) = _sendTimes.Read(Phase, now);
        var heldSince = Volatile.Read(ref _heldSince);
        var held = Volatile.Read(ref _heldTicks) + (heldSince == 0 ? 0 : now - heldSince);
        return new StreamStatistics(
            Span(now), BytesIn, BytesOut, BytesHeld, Window, _peerWindow, Turns,
            Span(idle), Span(queued), Span(outOfCredit), Span(held), Span(Flow.PausedTicks(now)), Span(blockedTicks),
            _session.RoundTrip);
    }

    /// <summary>Under the send queue's lock. Only a change of kind takes the time: a bulk stream's turns do not.</summary>
    internal void Enter(SendPhase phase)
    {
        if (Phase is SendPhase.Pulling or SendPhase.PullingSignalled && phase == SendPhase.Queued)
        {
            Phase = phase;
            return;
        }

        _sendTimes.Leave(Phase, _session.Time.GetTimestamp());
        Phase = phase;
    }

    private TimeSpan Span(long ticks) => _session.Time.GetElapsedTime(0, ticks);

    /// <summary>Under the stream's lock, after bytes were held or let go.</summary>
    private void NoteHeld()
    {
        if (_held.IsEmpty == (_heldSince == 0))
            return;
        var now = _session.Time.GetTimestamp();
        if (_heldSince != 0)
            _heldTicks += now - _heldSince;
        _heldSince = _heldSince == 0 ? now : 0;
        _stalledSince = now;
    }
}
