using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>The streams in the queue: where each stands with the writer, and whose turn is next.</summary>
internal sealed partial class SendQueue
{
    private readonly Queue<MuxStream> _quiet = new();
    private readonly FlowScheduler _rounds = new();

    /// <summary>
    /// The turn that was handed out last is one of a stream that nobody heard for a while. What it is shows afterwards: bulk whose
    /// sender was not run for some milliseconds looks like a keystroke until it is pulled (decisions/0068).
    /// </summary>
    private bool _maybeQuiet;

    private uint _quietId;
    private uint _otherQuietId;
    private long _quietAt;
    private long _otherQuietAt;

    /// <summary>Longer than between two keystrokes of a fast writer or two answers of a database.</summary>
    private static readonly TimeSpan s_lately = TimeSpan.FromMilliseconds(200);

    /// <summary>The flow of all streams that were given none.</summary>
    public SendFlow Flow { get; }

    /// <summary>
    /// Whether a quiet stream waits: then a bulk turn is short. Among bulk streams a turn is a full frame: four times fewer
    /// system calls at both ends, and a quiet stream that comes meanwhile waits for one copy of 64 KiB at most.
    /// </summary>
    public bool QuietWaits => _quiet.Count > 0;

    /// <summary>
    /// Whether another stream than this one was quiet and spoke lately. The last two are remembered, or a stream whose own
    /// requests are small would hold its own answers up. A torn read costs one credit's size. Id 0 is no stream: whether anybody.
    /// </summary>
    public bool IsQuietBeside(uint id)
    {
        if (_quietId == 0)
            return false;
        var now = Flow.Time.GetTimestamp();
        return Is(_quietId, _quietAt) || Is(_otherQuietId, _otherQuietAt);

        bool Is(uint other, long at) => other != 0 && other != id && Flow.Time.GetElapsedTime(at, now) < s_lately;
    }

    /// <summary>The stream has its end: from now on it may be signalled.</summary>
    public void Attach(MuxStream stream)
    {
        lock (_gate)
        {
            if (stream.Phase == SendPhase.Detached)
                stream.Enter(SendPhase.Parked);
        }
    }

    /// <summary>The stream's end has something to pull.</summary>
    public void SignalReadable(MuxStream stream)
    {
        lock (_gate)
        {
            switch (stream.Phase)
            {
                case SendPhase.Parked:
                    EnqueueWoken(stream);
                    break;
                case SendPhase.Pulling:
                    stream.Phase = SendPhase.PullingSignalled;
                    return;
                default:
                    return;
            }
        }

        _wake.Set();
    }

    /// <summary>The peer raised the stream's limit.</summary>
    public void SignalCredit(MuxStream stream)
    {
        lock (_gate)
        {
            if (stream.Phase != SendPhase.OutOfCredit)
                return;
            EnqueueBulk(stream);
        }

        _wake.Set();
    }

    /// <summary>
    /// Gives a flow another share at once; false when it is another session's. One that waits for its limit is let go: it
    /// meets the new one, if there is one, at its next turn.
    /// </summary>
    public bool Change(SendFlow flow, ServiceShare share)
    {
        if (!flow.TryBind(this))
            return false;
        lock (_gate)
        {
            _rounds.Change(flow, share);
            ResumePaused(flow);
        }

        _wake.Set();
        return true;
    }

    /// <summary>The same for what a flow stays within (a workspace's rate); null: nothing beyond its own limit.</summary>
    public bool Change(SendFlow flow, RateLimit? parent)
    {
        if (!flow.TryBind(this))
            return false;
        lock (_gate)
        {
            flow.Enter(parent);
            ResumePaused(flow);
        }

        _wake.Set();
        return true;
    }

    /// <summary>The stream sends nothing any more.</summary>
    public void Remove(MuxStream stream)
    {
        lock (_gate)
            stream.Enter(SendPhase.Done);
    }

    /// <summary>After a turn of <paramref name="sent"/> bytes that left some: the stream waits for its next turn.</summary>
    public void Requeue(MuxStream stream, int sent)
    {
        lock (_gate)
        {
            FlowScheduler.Charge(stream.Flow, sent);
            if (stream.Phase != SendPhase.Done)
                EnqueueBulk(stream);
        }
    }

    /// <summary>After a turn that emptied the end: true when the stream is parked and must be armed.</summary>
    public bool Park(MuxStream stream, int sent)
    {
        lock (_gate)
        {
            FlowScheduler.Charge(stream.Flow, sent);
            if (_maybeQuiet && sent is > 0 and < ProtocolLimits.UsualPayload)
                NoteQuiet(stream.Id);
            if (stream.Phase == SendPhase.PullingSignalled)
            {
                EnqueueWoken(stream);
                return false;
            }

            if (stream.Phase != SendPhase.Pulling)
                return false;
            stream.Enter(SendPhase.Parked);
            return true;
        }
    }

    /// <summary>A turn found no credit: the stream waits for it, unless it came meanwhile.</summary>
    public void ParkForCredit(MuxStream stream)
    {
        lock (_gate)
        {
            if (stream.Phase is not (SendPhase.Pulling or SendPhase.PullingSignalled))
                return;
            stream.Enter(SendPhase.OutOfCredit);
            if (stream.SendAvailable > 0)
                EnqueueBulk(stream);
        }
    }

    /// <summary>A look at a stream while nothing of it moves.</summary>
    public StreamStatistics Read(MuxStream stream, long blockedTicks)
    {
        lock (_gate)
            return stream.Read(blockedTicks);
    }

    private MuxStream? NextStream()
    {
        _maybeQuiet = false;
        while (_quiet.TryDequeue(out var quiet))
        {
            if (quiet.Phase != SendPhase.Queued)
                continue;
            if (!quiet.Flow.IsPaused && FlowScheduler.MayTurn(quiet.Flow))
            {
                _maybeQuiet = true;
                return Take(quiet);
            }

            (quiet.Flow.PausedQuiet ??= new()).Enqueue(quiet);
            Pause(quiet.Flow);
        }

        while (true)
        {
            var stream = _rounds.Next(out var paused);
            if (paused is not null)
                Pause(paused);
            else if (stream is null)
                return null;
            else if (stream.Phase == SendPhase.Queued)
                return Take(stream);
        }
    }

    private void NoteQuiet(uint id)
    {
        if (_quietId != id)
        {
            (_otherQuietId, _otherQuietAt) = (_quietId, _quietAt);
            _quietId = id;
        }

        _quietAt = Flow.Time.GetTimestamp();
    }

    private static MuxStream Take(MuxStream stream)
    {
        stream.Phase = SendPhase.Pulling;
        stream.Turns++;
        return stream;
    }

    /// <summary>The flow met its limit: one timer for all its streams.</summary>
    private void Pause(SendFlow flow)
    {
        if (flow.IsPaused)
            return;
        flow.OnPaused();
        flow.Timer ??= flow.Time.CreateTimer(
            o => Resume((SendFlow)o!), flow, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Timers count in whole milliseconds, and one that is early would only be set again.
        flow.Timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(flow.Limit!.Wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void Resume(SendFlow flow)
    {
        lock (_gate)
            ResumePaused(flow);
        _wake.Set();
    }

    /// <summary>Nothing happens to a flow that does not wait: a timer may be late after a change, and one that is early costs a look.</summary>
    private void ResumePaused(SendFlow flow)
    {
        if (_closed || !flow.IsPaused)
            return;
        flow.OnResumed();
        while (flow.PausedQuiet is { } waiting && waiting.TryDequeue(out var stream))
            _quiet.Enqueue(stream);
        _rounds.Resume(flow);
    }

    /// <summary>A stream whose end had nothing a moment ago: quiet, unless it sent much just now.</summary>
    private void EnqueueWoken(MuxStream stream)
    {
        if (_closed)
            return;
        stream.Enter(SendPhase.Queued);
        if (stream.Pace.IsQuiet(Environment.TickCount64))
            _quiet.Enqueue(stream);
        else
            _rounds.Enqueue(stream);
    }

    /// <summary>
    /// A stream that had more than it could send. It is bulk however long it waited: on a slow path every turn is long ago.
    /// </summary>
    private void EnqueueBulk(MuxStream stream)
    {
        if (_closed)
            return;
        stream.Enter(SendPhase.Queued);
        _rounds.Enqueue(stream);
    }
}
