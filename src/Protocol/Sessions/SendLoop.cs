using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// The only writer of a session. A turn pulls from ready streams straight into the batch block behind an 8-byte gap and
/// fills the header in place; the batch is written when it is full or nothing waits, and flushed when nothing waits.
/// The block belongs to this loop from rent to return, not to the write call.
/// </summary>
internal sealed class SendLoop(Session session, Stream transport)
{
    /// <summary>
    /// Bytes read or written at once while somebody says little and often: one full frame, some 50 µs of work. Larger ones
    /// save system calls, and a keystroke waits behind them (decisions/0017).
    /// </summary>
    internal const int BesideQuiet = ProtocolLimits.HeaderSize + ProtocolLimits.MaxPayload;

    private readonly SendQueue _queue = session.Sending;
    private byte[]? _block;

    public async Task RunAsync()
    {
        var unflushed = false;
        try
        {
            while (true)
            {
                // Looked at before the queue: what was queued before the closing still leaves.
                var isClosing = _queue.IsClosed;
                var isQuietBeside = _queue.IsQuietBeside(0);
                var count = Fill(isQuietBeside ? BesideQuiet : BlockPool.Large.BlockSize, out var more);
                if (count > 0)
                {
                    session.OnWriting();
                    var writing = transport.WriteAsync(_block.AsMemory(0, count));
                    var blocked = !writing.IsCompleted;
                    await writing.ConfigureAwait(false);
                    session.OnWritten(count, blocked);
                    unflushed = true;
                }

                if (unflushed && (isQuietBeside || !more))
                {
                    // Empty-handed before waiting: an idle session holds no block. Beside a quiet stream no batch waits for the next.
                    if (!more)
                        Release();
                    session.OnWriting();
                    var flushing = transport.FlushAsync();
                    var blocked = !flushing.IsCompleted;
                    await flushing.ConfigureAwait(false);
                    session.OnWritten(0, blocked);
                    unflushed = false;
                    if (!more)
                        continue;
                }

                if (more)
                {
                    // A batch is some 100 to 200 µs: sockets that became ready meanwhile come next (decisions/0017).
                    await new SchedulerYield(session.Scheduler);
                    continue;
                }

                Release();
                if (isClosing)
                    return;
                if (_queue.IsClosed)
                    continue;
                await _queue.WaitAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Fills <paramref name="size"/> bytes of the block; <paramref name="more"/> tells that work is left for the next batch.</summary>
    private int Fill(int size, out bool more)
    {
        var at = 0;
        while (true)
        {
            var work = _queue.Next(size - at, out var frame, out var stream, out var value);
            if (work is SendWork.None or SendWork.BatchFull)
            {
                more = work == SendWork.BatchFull;
                return at;
            }

            var room = (_block ??= BlockPool.Large.Rent()).AsSpan(at, size - at);
            at += work switch
            {
                SendWork.Control => frame.Write(room),
                SendWork.Ping => session.OnAliveSent(FrameWriter.Ping(room, value)),
                SendWork.Pong => session.OnAliveSent(FrameWriter.Pong(room, value, session.BytesIn)),
                SendWork.Credit => FrameWriter.Credit(room, stream!.Id, stream.ReceiveLimit, session.BytesIn),
                _ => Turn(stream!, room),
            };
        }
    }

    /// <summary>
    /// One stream's turn, as large as credit, room and the others allow: a usual frame while a quiet stream waits, else the
    /// rest of the block in full frames, pulled with one system call.
    /// </summary>
    private int Turn(MuxStream stream, Span<byte> room)
    {
        const int full = ProtocolLimits.HeaderSize + ProtocolLimits.MaxPayload;
        var frames = Math.Max(1, room.Length / full);
        var most = _queue.QuietWaits
            ? ProtocolLimits.UsualPayload
            : Math.Min(frames * ProtocolLimits.MaxPayload, room.Length - ProtocolLimits.HeaderSize);
        var credit = stream.SendAvailable;
        if (credit <= 0)
        {
            _queue.ParkForCredit(stream);
            return 0;
        }

        var asked = (int)Math.Min(Math.Min(most, stream.Flow.Grant), credit);
        var gaps = (asked - 1) / ProtocolLimits.MaxPayload * ProtocolLimits.HeaderSize;
        var n = stream.Pull(
            room.Slice(ProtocolLimits.HeaderSize, asked + gaps), ProtocolLimits.MaxPayload, ProtocolLimits.HeaderSize);
        if (n > 0)
        {
            if (n == asked)
                _queue.Requeue(stream, n);
            else
                Park(stream, n);
            return WriteHeaders(room, stream.Id, n);
        }

        switch (n)
        {
            case 0:
                return End(stream, room);
            case StreamEnd.WouldBlock:
                Park(stream, 0);
                return 0;
            default:
                stream.OnPullFailed();
                return 0;
        }
    }

    /// <summary>Fills the gaps in front of <paramref name="count"/> pulled bytes; returns the size of all frames.</summary>
    private static int WriteHeaders(Span<byte> room, uint id, int count)
    {
        var at = 0;
        while (count > 0)
        {
            var payload = Math.Min(count, ProtocolLimits.MaxPayload);
            FrameHeader.Write(room[at..], FrameType.Data, payload, id);
            at += ProtocolLimits.HeaderSize + payload;
            count -= payload;
        }

        return at;
    }

    private void Park(MuxStream stream, int sent)
    {
        if (_queue.Park(stream, sent))
            stream.ArmReadable();
    }

    private int End(MuxStream stream, Span<byte> room)
    {
        _queue.Remove(stream);
        if (!stream.OnPullEnd(out var endsStream))
            return 0;
        var size = FrameWriter.Fin(room, stream.Id);
        if (endsStream)
            stream.OnFinWritten();
        return size;
    }

    private void Release()
    {
        if (_block is not { } block)
            return;
        _block = null;
        BlockPool.Large.Return(block);
    }
}
