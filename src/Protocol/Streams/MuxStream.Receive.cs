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

    /// <summary>When the end last took of the bytes that are held, or refused the first of them.</summary>
    private long _stalledSince;

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

    /// <summary>The payloads of frames that came together, as slices of a block of <paramref name="length"/> bytes of them.</summary>
    internal Violation OnData(ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices, int length)
    {
        bool failed = false, arm = false;
        lock (_gate)
        {
            if (_state == StreamState.Closed)
                return Violation.None;
            if (!Move(StreamEvent.ReceiveData))
                return Violation.WrongState;
            if (!_window.TryReceive(length))
                return Violation.FlowControl;
            var taken = 0;
            if (_end is not null && _held.IsEmpty)
            {
                taken = slices.Length == 1 ? _end.Push(block.Slice(slices[0].Start, slices[0].Length)) : _end.Push(block, slices);
                failed = taken < 0;
            }

            if (!failed)
            {
                Consumed(taken);
                foreach (var slice in slices)
                {
                    var skipped = Math.Min(taken, slice.Length);
                    Hold(block.Slice(slice.Start + skipped, slice.Length - skipped));
                    taken -= skipped;
                }

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

    /// <summary>Whether bytes wait for the end, and it took none for that long.</summary>
    internal bool IsStalled(long now, TimeSpan limit)
    {
        lock (_gate)
            return !_ended && !_held.IsEmpty && _session.Time.GetElapsedTime(_stalledSince, now) >= limit;
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
        NoteHeld();
        _session.Held.Add(_held.BlockBytes - before);
    }

    private void Release(int count)
    {
        var before = _held.BlockBytes;
        _held.Advance(count);
        _stalledSince = _session.Time.GetTimestamp();
        NoteHeld();
        _session.Held.Add(_held.BlockBytes - before);
        Consumed(count);
    }

    private void ReleaseHeld()
    {
        _session.Held.Add(-_held.BlockBytes);
        _held.Clear();
        NoteHeld();
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

    /// <summary>
    /// Beside a quiet stream on a near path: what is on its way there is what a keystroke waits behind, and the path needs
    /// no more (decisions/0017).
    /// </summary>
    private int MostAhead() =>
        _window.Size > WindowTuner.Near && _session.LeastRoundTrip < WindowTuner.LeastPath && _session.Sending.IsQuietBeside(Id)
            ? WindowTuner.Near
            : int.MaxValue;

    private void Consumed(int count)
    {
        if (count == 0)
            return;
        var most = MostAhead();
        if (!_window.Consume(count, most) || _finReceived)
            return;
        var now = _session.Time.GetTimestamp();
        _window.Renew(_session.Held.MayGrow
            ? WindowTuner.Next(
                _window, _session.Time.GetElapsedTime(_lastCredit, now), _session.LeastRoundTrip,
                keepsUp: !_refused && most >= _window.Size)
            : WindowTuner.UnderPressure(_window.Size, _session.InitialWindow), most);
        _lastCredit = now;
        _refused = !_held.IsEmpty && _end is not { TakesItself: true };
        _session.Sending.AddCredit(this);
    }
}
