using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Protocol.Streams;

public sealed partial class MuxStream
{
    private SendCredit _credit;

    /// <summary>Guarded by the send queue's lock.</summary>
    internal SendPhase Phase;

    /// <summary>Guarded by the send queue's lock.</summary>
    internal bool CreditQueued;

    /// <summary>Written by the send loop, read under the send queue's lock; a torn read costs one turn's place.</summary>
    internal StreamPace Pace;

    /// <summary>What the stream shares its weight, limit and floor with.</summary>
    internal SendFlow Flow { get; private set; }

    /// <summary>
    /// Counts what the stream sends to a service's flow. Before <see cref="Attach"/>; a flow of another session is passed
    /// over.
    /// </summary>
    public void Use(SendFlow? flow)
    {
        if (flow is not null && flow.TryBind(_session.Sending))
            Flow = flow;
    }

    /// <summary>Bytes that credit allows now.</summary>
    internal long SendAvailable => _credit.Available;

    /// <summary>The end has bytes to pull, or its end of data, or its failure.</summary>
    public void SignalReadable() => _session.Sending.SignalReadable(this);

    /// <summary>Pulls once from the end; only the send loop calls it.</summary>
    internal int Pull(Span<byte> into, int slice, int gap)
    {
        // An end is attached before the stream is first queued and never exchanged.
        var n = _end!.Pull(into, slice, gap);
        if (n <= 0)
            return n;
        _credit.Spend(n);
        Pace.Spend(n, Environment.TickCount64);
        return n;
    }

    internal void ArmReadable() => _end!.ArmReadable();

    internal void OnPullFailed() => Reset(_end!.PullError);

    /// <summary>The end's data is over: true when a FIN is to be written now.</summary>
    internal bool OnPullEnd(out bool endsStream)
    {
        lock (_gate)
        {
            endsStream = false;
            if (_ended || !Move(StreamEvent.SendFin))
                return false;
            endsStream = IsOrderlyEnd();
            return true;
        }
    }

    /// <summary>After the FIN was written into the batch.</summary>
    internal void OnFinWritten() => EndInOrder();

    internal Violation OnCredit(long limit, out bool isUseless)
    {
        CreditOutcome outcome;
        lock (_gate)
        {
            isUseless = true;
            if (!Move(StreamEvent.ReceiveCredit))
                return Violation.WrongState;
            if (_state == StreamState.Closed)
                return Violation.None;
            outcome = _credit.Raise(limit);
            _peerWindow = (int)Math.Clamp(_credit.Available, _peerWindow, ProtocolLimits.MaxWindow);
        }

        if (outcome == CreditOutcome.Violation)
            return Violation.FlowControl;
        isUseless = outcome == CreditOutcome.Useless;
        if (!isUseless)
            _session.Sending.SignalCredit(this);
        return Violation.None;
    }
}
