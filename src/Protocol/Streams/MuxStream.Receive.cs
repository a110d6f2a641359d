using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

public sealed partial class MuxStream
{
    private ReceiveWindow _window;
    private RefusedBytes _held;
    private long _lastCredit;
    private bool _finReceived;
    private bool _finPushed;
    private bool _writableArmed;

    /// <summary>The end refused bytes since the last credit: it is the end that is slow, not the path, and no window helps.</summary>
    private bool _refused;

    /// <summary>The end has room for bytes that it refused before.</summary>
    public void SignalWritable()
    {
        bool failed, arm = false, done;
        lock (_gate)
        {
            if (_ended || _end is null)
                return;
            _writableArmed = false;
            failed = !TryPushHeld(_end);
            if (!failed)
                arm = ArmIfHeld();
            done = !failed && PushFinIfDue();
        }

        Settle(failed, arm, done);
    }

    /// <summary>
    /// For an end that takes the refused bytes itself instead of being pushed to: copies up to <paramref name="into"/>.Length
    /// of them. 0 is the end of data, <see cref="StreamEnd.WouldBlock"/> nothing now, <see cref="StreamEnd.Failed"/> a reset.
    /// </summary>
    public int TakeHeld(Span<byte> into)
    {
        var done = false;
        int taken;
        lock (_gate)
        {
            if (_ended && EndError != StreamError.None)
                return StreamEnd.Failed;
            taken = TakeFrom(into);
            if (taken == 0)
            {
                if (!_finReceived)
                    return StreamEnd.WouldBlock;
                _finPushed = true;
                done = IsOrderlyEnd();
            }
        }

        if (done)
            EndInOrder();
        return taken;
    }

    /// <summary>Whether <see cref="TakeHeld"/> has bytes or the end of data to give.</summary>
    public bool HasHeldOrFin
    {
        get
        {
            lock (_gate)
                return !_held.IsEmpty || _finReceived || _ended;
        }
    }

    internal Violation OnData(ReadOnlySpan<byte> data)
    {
        bool failed = false, arm = false;
        lock (_gate)
        {
            if (_state == StreamState.Closed)
                return Violation.None;
            if (!Move(StreamEvent.ReceiveData))
                return Violation.WrongState;
            if (!_window.TryReceive(data.Length))
                return Violation.FlowControl;
            var taken = 0;
            if (_end is not null && _held.IsEmpty)
            {
                taken = _end.Push(data);
                failed = taken < 0;
            }

            if (!failed)
            {
                Consumed(taken);
                Hold(data[taken..]);
                arm = ArmIfHeld();
            }
        }

        Settle(failed, arm, false);
        return Violation.None;
    }

    internal bool OnFin()
    {
        bool done;
        lock (_gate)
        {
            if (!Move(StreamEvent.ReceiveFin))
                return false;
            if (_ended)
                return true;
            _finReceived = true;
            done = PushFinIfDue();
        }

        Settle(false, false, done);
        return true;
    }

    /// <summary>The limit to tell the peer.</summary>
    internal long ReceiveLimit
    {
        get
        {
            lock (_gate)
                return _window.Limit;
        }
    }

    private void Settle(bool failed, bool arm, bool done)
    {
        if (failed)
            Reset(StreamError.PeerReset);
        else if (done)
            EndInOrder();
        else if (arm)
            _end!.ArmWritable();
    }

    private bool TryPushHeld(StreamEnd end)
    {
        while (!_held.IsEmpty)
        {
            var run = _held.First;
            var n = end.Push(run);
            if (n < 0)
                return false;
            if (n == 0)
                return true;
            Release(n);
            if (n < run.Length)
                return true;
        }

        return true;
    }

    private int TakeFrom(Span<byte> into)
    {
        var taken = 0;
        while (taken < into.Length && !_held.IsEmpty)
        {
            var run = _held.First;
            var n = Math.Min(run.Length, into.Length - taken);
            run[..n].CopyTo(into[taken..]);
            Release(n);
            taken += n;
        }

        return taken;
    }

    private void Hold(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        _refused |= _end is not { TakesItself: true };
        var before = _held.BlockBytes;
        _held.Append(data);
        _session.Held.Add(_held.BlockBytes - before);
    }

    private void Release(int count)
    {
        var before = _held.BlockBytes;
        _held.Advance(count);
        _session.Held.Add(_held.BlockBytes - before);
        Consumed(count);
    }

    private void ReleaseHeld()
    {
        _session.Held.Add(-_held.BlockBytes);
        _held.Clear();
    }

    private bool ArmIfHeld()
    {
        if (_held.IsEmpty || _writableArmed || _end is null)
            return false;
        return _writableArmed = true;
    }

    private bool PushFinIfDue()
    {
        if (!_finReceived || _finPushed || _end is null || !_held.IsEmpty)
            return false;
        _end.PushFin();
        _finPushed = true;
        return IsOrderlyEnd();
    }

    private void Consumed(int count)
    {
        if (count == 0 || !_window.Consume(count) || _finReceived)
            return;
        var now = _session.Time.GetTimestamp();
        _window.Renew(_session.Held.MayGrow
            ? WindowTuner.Next(
                _window.Size, _session.Time.GetElapsedTime(_lastCredit, now), _session.LeastRoundTrip, _window.Consumed,
                keepsUp: !_refused)
            : WindowTuner.UnderPressure(_window.Size, _session.InitialWindow));
        _lastCredit = now;
        _refused = !_held.IsEmpty && _end is not { TakesItself: true };
        _session.Sending.AddCredit(this);
    }
}
