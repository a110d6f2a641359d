using System.IO.Pipelines;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>One multiplexed agent connection: owns the two loops and the table of streams.</summary>
/// <remarks>Any thread may call the public members; the handler is called on the receive loop.</remarks>
public sealed partial class Session
{
    private readonly Stream _transport;
    private readonly SessionOptions _options;
    private readonly SessionHandler _handler;
    private readonly SessionRole _role;
    private readonly StreamTable _streams;
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _goingAway;
    private int _unanswered;
    private long _bytesIn;
    private long _bytesOut;
    private long _handledIn;
    // Of PING and PONG; each written by its loop alone.
    private long _aliveIn;
    private long _aliveOut;
    private long _writingSince;
    private long _blockedTicks;

    /// <summary>Takes over a transport whose handshake is done. Nothing happens before <see cref="RunAsync"/>.</summary>
    public Session(Stream transport, SessionRole role, SessionOptions options, SessionHandler handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        _transport = transport;
        _options = options;
        _handler = handler;
        _role = role;
        _streams = new StreamTable(role);
        Sending = new SendQueue(options.Scheduler, Time);
        Held = new HeldBytes(ProtocolLimits.SessionBudget, options.Budget) { LargestHolder = LargestHolder };
        _lastHeard = _lastPing = Time.GetTimestamp();
    }

    /// <summary>Smoothed round trip, null before the first PONG.</summary>
    public TimeSpan? RoundTrip => _roundTrip.Smoothed;

    /// <summary>Median of the last pings' round trips, their waits in this session's queues included.</summary>
    public TimeSpan? MedianRoundTrip => _pingTimes.Median;

    /// <summary>Least round trip lately; what windows grow by. Null until the first samples, which a starting process spoils, are over.</summary>
    internal TimeSpan? LeastRoundTrip => _roundTrip.IsYoung ? null : _roundTrip.Least;

    /// <summary>Frame bytes received.</summary>
    public long BytesIn => Volatile.Read(ref _bytesIn);

    /// <summary>Frame bytes sent.</summary>
    public long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>
    /// Frame bytes both ways but for PING and PONG, counted after their streams took them: who sees the same number twice missed
    /// nothing between. Bytes that are held for a slow end move without it.
    /// </summary>
    public long Traffic => Volatile.Read(ref _handledIn) + BytesOut - Volatile.Read(ref _aliveIn) - Volatile.Read(ref _aliveOut);

    /// <summary>Streams that live now.</summary>
    public int LiveStreams => _streams.Count;

    /// <summary>Bytes that wait in the queues of this session's streams.</summary>
    public HeldBytes Held { get; }

    /// <summary>Completes when the session ended, with the first cause; the same task for everybody.</summary>
    public Task<SessionEnd> Completion => _ended.Task;

    /// <summary>How long the connection took nothing so far, in ticks of the clock.</summary>
    internal long BlockedTicks
    {
        get
        {
            var since = Volatile.Read(ref _writingSince);
            return Volatile.Read(ref _blockedTicks) + (since == 0 ? 0 : Time.GetTimestamp() - since);
        }
    }

    /// <summary>What every stream of the peer starts with.</summary>
    internal int InitialWindow => _options.ReceiveWindow;

    internal SendQueue Sending { get; }

    internal PipeScheduler Scheduler => _options.Scheduler;

    internal TimeProvider Time => _options.Heartbeat.Time;

    /// <summary>Runs both loops to their end and disposes of the transport; never throws. Call once.</summary>
    public async Task<SessionEnd> RunAsync()
    {
        _options.Heartbeat.Add(this);
        Held.Join();
        Sending.AddPing(Time.GetTimestamp());
        var receiving = Task.Run(ReceiveAsync);
        var sending = Task.Run(SendAsync);

        var end = await _ended.Task.ConfigureAwait(false);
        _options.Heartbeat.Remove(this);
        Sending.Close();
        foreach (var stream in _streams.Snapshot())
            stream.Abort(ErrorOf(end.Reason), tellPeer: false);

        // The last GOAWAY may leave; then the transport is closed under both loops, which is the only way to stop TLS.
        await Task.WhenAny(sending, Task.Delay(ProtocolLimits.CloseGrace, Time)).ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(receiving, sending).ConfigureAwait(false);
        Held.Leave();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return end;
    }

    /// <summary>
    /// Opens a stream with its end attached; data may be sent at once. Null, with the reason, when refused here: then the
    /// end was not touched. What it sends belongs to <paramref name="flow"/>.
    /// </summary>
    public MuxStream? TryOpen(OpenRequest request, StreamEnd end, out StreamError refusal, SendFlow? flow = null)
    {
        refusal = RefusalOf();
        if (refusal != StreamError.None)
            return null;
        var payload = ControlCodec.EncodeOpen(request);
        var stream = _streams.AddOwn(
            id => new MuxStream(this, id, StreamState.Opening, _options.SendWindow, _options.ReceiveWindow),
            s => Queue(new ControlFrame(FrameType.Open, s.Id, payload, 0)));
        if (stream is null)
        {
            refusal = StreamError.TooManyStreams;
            return null;
        }

        stream.Use(flow);
        _options.Budget.Add(ProtocolLimits.StreamCost);
        stream.Attach(end);
        if (_ended.Task.IsCompleted)
            stream.Abort(StreamError.SessionLost, tellPeer: false);
        return stream;
    }

    /// <summary>What the streams of one service are to this session's writer; see <see cref="MuxStream.Use"/>.</summary>
    public SendFlow NewFlow(ServiceShare share, RateLimit? parent = null) => new(share, Time, parent);

    /// <summary>Gives a flow of this session another share at once, whatever its streams do; false when it is another session's.</summary>
    public bool Change(SendFlow flow, ServiceShare share)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(share);
        return Sending.Change(flow, share);
    }

    /// <summary>The same for what a flow stays within besides its own limit; null: nothing.</summary>
    public bool Change(SendFlow flow, RateLimit? parent)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return Sending.Change(flow, parent);
    }

    /// <summary>Queues a control message. False when the session is over; an overflow of the queue ends the session.</summary>
    public bool TrySend(ControlMessage message)
    {
        if (_ended.Task.IsCompleted)
            return false;
        var payload = ControlCodec.Encode(message);
        if (payload.Length > ProtocolLimits.MaxPayload)
        {
            End(SessionEndReason.InternalError, $"a {message.GetType().Name} is larger than a frame");
            return false;
        }

        Queue(new ControlFrame(FrameType.Control, 0, payload, 0));
        return true;
    }

    /// <summary>Says GOAWAY; streams that live go on, new ones are refused.</summary>
    public void SendGoAway(GoAwayCode code, TimeSpan retryAfter, string text)
    {
        Volatile.Write(ref _goingAway, true);
        var payload = HandshakeCodec.Encode(new GoAway(code, (int)retryAfter.TotalMilliseconds, text));
        Queue(new ControlFrame(FrameType.GoAway, 0, payload, 0));
    }

    /// <summary>Ends the session: a GOAWAY leaves if the transport takes it within a second; streams are reset. The first cause wins.</summary>
    public void Close(SessionEndReason reason, string text)
    {
        if (CodeOf(reason) is { } code && !_ended.Task.IsCompleted)
            SendGoAway(code, TimeSpan.Zero, text);
        End(reason, text);
    }

    /// <summary>The first cause wins.</summary>
    private void End(SessionEndReason reason, string text)
    {
        lock (_gate)
            _ended.TrySetResult(new SessionEnd(reason, text, _remoteGoAway));
    }

    private StreamError RefusalOf()
    {
        if (_ended.Task.IsCompleted || Volatile.Read(ref _goingAway) || _remoteGoAway is not null)
            return StreamError.SessionLost;
        if (_streams.Count >= ProtocolLimits.MaxLiveStreams || Sending.IsCrowded)
            return StreamError.TooManyStreams;
        return Held.MayOpen ? StreamError.None : StreamError.Budget;
    }

    private void Queue(in ControlFrame frame)
    {
        if (!Sending.TryAdd(frame))
            End(SessionEndReason.Flood, $"more than {ProtocolLimits.MaxQueuedControlFrames} control frames wait for the writer");
    }

    internal void QueueOpened(MuxStream stream)
    {
        Interlocked.Decrement(ref _unanswered);
        Queue(new ControlFrame(FrameType.Opened, stream.Id, null, 0));
    }

    internal void OnStreamEnded(MuxStream stream, StreamError? tellPeer, bool wasUnanswered = false)
    {
        if (wasUnanswered)
            Interlocked.Decrement(ref _unanswered);
        if (_streams.Remove(stream))
            _options.Budget.Add(-ProtocolLimits.StreamCost);
        Sending.Remove(stream);
        if (tellPeer is { } error)
            Queue(new ControlFrame(FrameType.Reset, stream.Id, null, (ushort)error));
    }

    private static StreamError ErrorOf(SessionEndReason reason) => reason switch
    {
        SessionEndReason.LocalClose => StreamError.Shutdown,
        SessionEndReason.Revoked => StreamError.Revoked,
        _ => StreamError.SessionLost,
    };

    private static GoAwayCode? CodeOf(SessionEndReason reason) => reason switch
    {
        SessionEndReason.LocalClose => GoAwayCode.Closing,
        SessionEndReason.Superseded => GoAwayCode.Superseded,
        SessionEndReason.Revoked => GoAwayCode.Revoked,
        SessionEndReason.ProtocolViolation => GoAwayCode.ProtocolViolation,
        SessionEndReason.Flood => GoAwayCode.Flood,
        SessionEndReason.InternalError => GoAwayCode.InternalError,
        _ => null,
    };
}
