using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// One tunnelled connection of a session. It holds no buffer: sending pulls from the <see cref="StreamEnd"/> into the
/// session's batch, receiving pushes to it; only what a slow end refuses waits here, never more than a window.
/// </summary>
/// <remarks>Any thread may call the public members. The lock is per stream; an end's Close runs outside it.</remarks>
public sealed partial class MuxStream
{
    private readonly Lock _gate = new();
    private readonly Session _session;
    private StreamEnd? _end;
    private StreamState _state;
    private bool _ended;
    private Action<StreamError>? _cancelled;
    private long _movedBytes;
    private long _lastMoved;

    internal MuxStream(Session session, uint id, StreamState state, int sendWindow, int receiveWindow)
    {
        _session = session;
        Id = id;
        _state = state;
        _credit = new SendCredit(sendWindow);
        _window = new ReceiveWindow(receiveWindow);
        Flow = session.Sending.Flow;
        _peerWindow = sendWindow;
        _lastCredit = _lastMoved = session.Time.GetTimestamp();
        _sendTimes.Start(_lastMoved);
    }

    /// <summary>The id on the wire.</summary>
    public uint Id { get; }

    /// <summary>Whether a session carries it: ids are of one session only.</summary>
    public bool IsOf(Session session) => _session == session;

    /// <summary>Where the stream stands on the wire.</summary>
    public StreamState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <summary>Why the stream ended; None while it lives or after an orderly end.</summary>
    public StreamError EndError { get; private set; }

    /// <summary>Bytes from the peer that the end took.</summary>
    public long BytesIn => _window.Consumed;

    /// <summary>Bytes sent to the peer.</summary>
    public long BytesOut => _credit.Sent;

    /// <summary>Bytes that wait because the end is slow.</summary>
    public long BytesHeld => _held.Count;

    /// <summary>Bytes that the peer may send ahead of what the end took, now.</summary>
    public int Window => _window.Size;

    /// <summary>
    /// Attaches the local end. For a stream that the peer opened this tells the peer OPENED. Call once. When the stream
    /// ended meanwhile the end is closed at once.
    /// </summary>
    public void Attach(StreamEnd end)
    {
        bool live, opened;
        StreamError error;
        lock (_gate)
        {
            end.Stream = this;
            live = !_ended;
            error = EndError;
            opened = live && IsOffered;
            if (live)
            {
                _end = end;
                if (opened)
                    Move(StreamEvent.SendOpened);
            }
        }

        if (!live)
        {
            end.Close(error == StreamError.None ? StreamError.Cancelled : error);
            return;
        }

        if (opened)
            _session.QueueOpened(this);
        _session.Sending.Attach(this);
        end.ArmReadable();
        SignalWritable();
    }

    /// <summary>
    /// Asks to be told when the stream ends before an end is attached (a dial is then called off). Runs at once when it
    /// has ended already; the same call may happen twice.
    /// </summary>
    public void OnEndedUnattached(Action<StreamError> cancelled)
    {
        Volatile.Write(ref _cancelled, cancelled);
        bool over;
        lock (_gate)
            over = _ended;
        if (over)
            cancelled(EndError);
    }

    /// <summary>Ends the stream: the peer and the local end see a reset. The first cause wins; later calls do nothing.</summary>
    public void Reset(StreamError error) => Abort(error, tellPeer: true);

    internal void OnPeerReset(StreamError error) =>
        Abort(error == StreamError.None ? StreamError.PeerReset : error, tellPeer: false);

    internal void Abort(StreamError error, bool tellPeer)
    {
        StreamEnd? end;
        bool wasUnanswered;
        lock (_gate)
        {
            if (_ended)
                return;
            wasUnanswered = IsOffered;
            tellPeer &= _state != StreamState.Closed;
            _ended = true;
            _state = StreamState.Closed;
            EndError = error;
            end = _end;
            ReleaseHeld();
        }

        _session.OnStreamEnded(this, tellPeer ? error : null, wasUnanswered);
        if (end is not null)
            end.Close(error);
        else
            Volatile.Read(ref _cancelled)?.Invoke(error);
    }

    internal bool OnOpened()
    {
        lock (_gate)
        {
            if (_ended)
                return true;
            if (!Move(StreamEvent.ReceiveOpened))
                return false;
        }

        // Nothing comes before OPENED, so no credit was given: that time is still the stream's birth.
        Flow.OnOpened(_session.Time.GetElapsedTime(_lastCredit));
        return true;
    }

    /// <summary>True while the peer waits for our answer to its OPEN.</summary>
    internal bool IsUnanswered
    {
        get
        {
            lock (_gate)
                return IsOffered;
        }
    }

    /// <summary>A half-closed stream that moves nothing is reset after a while.</summary>
    internal void OnTick(long now, TimeSpan idleLimit)
    {
        bool isIdle;
        lock (_gate)
        {
            var moved = BytesIn + BytesOut;
            if (moved != _movedBytes)
            {
                _movedBytes = moved;
                _lastMoved = now;
            }

            // Closed and not ended: both FINs came, and the end does not take the rest.
            isIdle = !_ended
                && (_state is StreamState.LocalClosed or StreamState.RemoteClosed or StreamState.Closed)
                && _session.Time.GetElapsedTime(_lastMoved, now) > idleLimit;
        }

        if (isIdle)
            Reset(StreamError.Idle);
    }

    /// <summary>Under the lock.</summary>
    private bool IsOffered => _state is StreamState.Offered or StreamState.OfferedFin;

    /// <summary>Takes the transition; false where the table has none. Under the lock.</summary>
    private bool Move(StreamEvent happened)
    {
        if (StreamTransitions.Next(_state, happened) is not { } next)
            return false;
        _state = next;
        return true;
    }

    /// <summary>Under the lock: whether both directions are over and passed on, which ends the stream once.</summary>
    private bool IsOrderlyEnd()
    {
        if (_ended || _state != StreamState.Closed || !_finPushed)
            return false;
        return _ended = true;
    }

    private void EndInOrder()
    {
        _session.OnStreamEnded(this, null);
        _end?.Close(StreamError.None);
    }

    /// <summary>For log lines.</summary>
    public override string ToString() => $"stream {Id} {_state} in={BytesIn} out={BytesOut} held={BytesHeld}";
}
