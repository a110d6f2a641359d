using System.IO.Pipelines;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// What waits for the writer, in the order it is served: control frames, credits, streams that were quiet lately, the
/// rest in rounds of their flows. Streams are queued, not frames; each at most once. Any thread adds, the send loop takes. An OPEN is
/// always taken before its stream, because both lie under one lock.
/// </summary>
internal sealed partial class SendQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<ControlFrame> _control = new();
    private readonly AsyncSignal _wake;
    private readonly Queue<MuxStream> _credits = new();
    private long? _ping;
    private long? _pong;
    private bool _closed;

    public SendQueue(PipeScheduler scheduler, TimeProvider time)
    {
        _wake = new AsyncSignal(scheduler);
        Flow = new SendFlow(ServiceShare.Default, time);
        Flow.TryBind(this);
    }

    /// <summary>Waits until there may be work.</summary>
    public ValueTask WaitAsync() => _wake.WaitAsync();

    /// <summary>Whether the writer may stop: nothing more is taken in.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>
    /// Whether half of the bound waits: the transport stalls, and visitors that come and go meanwhile must not end the
    /// session by overflow. New streams are refused until it moves.
    /// </summary>
    public bool IsCrowded
    {
        get
        {
            lock (_gate)
                return _control.Count > ProtocolLimits.MaxQueuedControlFrames / 2;
        }
    }

    /// <summary>Queues a small frame; false when the bound is reached and the session must end.</summary>
    public bool TryAdd(in ControlFrame frame)
    {
        lock (_gate)
        {
            if (_closed)
                return true;
            if (_control.Count >= ProtocolLimits.MaxQueuedControlFrames)
                return false;
            _control.Enqueue(frame);
        }

        _wake.Set();
        return true;
    }

    /// <summary>Queues a PING; one slot, the newest wins.</summary>
    public void AddPing(long value)
    {
        lock (_gate)
            _ping = value;
        _wake.Set();
    }

    /// <summary>Queues a PONG; one slot, the newest wins.</summary>
    public void AddPong(long value)
    {
        lock (_gate)
            _pong = value;
        _wake.Set();
    }

    /// <summary>A credit is due for the stream; its limit is read when it is written.</summary>
    public void AddCredit(MuxStream stream)
    {
        lock (_gate)
        {
            if (stream.CreditQueued || _closed)
                return;
            stream.CreditQueued = true;
            _credits.Enqueue(stream);
        }

        _wake.Set();
    }

    /// <summary>Takes nothing in any more and lets the writer finish what is queued without streams.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _credits.Clear();
            _quiet.Clear();
            _rounds.Clear();
        }

        _wake.Set();
    }

    /// <summary>The next control frame if it fits into <paramref name="room"/> bytes.</summary>
    public SendWork Next(int room, out ControlFrame frame, out MuxStream? stream, out long value)
    {
        lock (_gate)
        {
            frame = default;
            stream = null;
            value = 0;
            if (_control.TryPeek(out frame))
            {
                if (frame.Size > room)
                    return SendWork.BatchFull;
                _control.Dequeue();
                return SendWork.Control;
            }

            if (room < ProtocolLimits.HeaderSize + ProtocolLimits.UsualPayload)
                return HasWork ? SendWork.BatchFull : SendWork.None;
            if (TryTake(ref _pong, out value))
                return SendWork.Pong;
            if (TryTake(ref _ping, out value))
                return SendWork.Ping;
            if (_credits.TryDequeue(out stream))
            {
                stream.CreditQueued = false;
                return SendWork.Credit;
            }

            stream = NextStream();
            return stream is null ? SendWork.None : SendWork.Stream;
        }
    }

    private bool HasWork =>
        _pong is not null || _ping is not null || _credits.Count > 0 || _quiet.Count > 0 || _rounds.HasWork;

    private static bool TryTake(ref long? slot, out long value)
    {
        value = slot.GetValueOrDefault();
        if (slot is null)
            return false;
        slot = null;
        return true;
    }
}
