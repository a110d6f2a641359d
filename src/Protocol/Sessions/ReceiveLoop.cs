using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// The only reader of a session: reads into one block, handles frames in place, and waits empty-handed when the transport
/// has nothing.
/// </summary>
internal sealed class ReceiveLoop(Session session, Stream transport)
{
    /// <summary>Bytes handled back to back before others on the same scheduler get their turn.</summary>
    private const int BytesPerTurn = 64 * 1024;

    /// <summary>
    /// Least that a read counts: a peer that cuts its bytes into single ones, each under a new key, gets no longer turn than
    /// one that sends bulk.
    /// </summary>
    private const int LeastPerRead = BytesPerTurn / 16;

    /// <summary>Frames handled as one: a block of full frames.</summary>
    private const int MaxSlices = 8;

    private byte[]? _block;
    private int _start;
    private int _end;

    /// <summary>Null when the transport ended, else how the peer broke the protocol.</summary>
    public async Task<string?> RunAsync()
    {
        var turn = 0;
        try
        {
            while (!session.Completion.IsCompleted)
            {
                if (_start == _end)
                {
                    // Empty-handed while nothing comes: an idle session holds no block.
                    _start = _end = 0;
                    var waiting = transport.ReadAsync(Memory<byte>.Empty);
                    if (!waiting.IsCompleted)
                        Release();
                    await waiting.ConfigureAwait(false);
                    _block ??= BlockPool.Large.Rent();
                }

                var room = _block!.Length - _end;
                if (session.Sending.IsQuietBeside(0))
                    room = Math.Min(room, SendLoop.BesideQuiet);
                var n = await transport.ReadAsync(_block.AsMemory(_end, room)).ConfigureAwait(false);
                if (n == 0)
                    return null;
                session.OnReceived(n);
                _end += n;
                if (HandleFrames() is { } broken)
                    return broken;
                session.OnHandled();
                MakeRoom();
                if ((turn += Math.Max(n, LeastPerRead)) >= BytesPerTurn)
                {
                    turn = 0;
                    await new SchedulerYield(session.Scheduler);
                }
            }

            return null;
        }
        finally
        {
            Release();
        }
    }

    private string? HandleFrames()
    {
        Violation violation;
        while (FrameReader.TryRead(_block.AsSpan(_start, _end - _start), out var header, out violation))
        {
            violation = header.Type == FrameType.Data
                ? HandleData(header)
                : session.OnFrame(header, _block!, _start + ProtocolLimits.HeaderSize);
            if (violation != Violation.None)
                return $"{violation}: {header}";
            if (header.Type != FrameType.Data)
                _start += ProtocolLimits.HeaderSize + header.Length;
            if (session.Completion.IsCompleted)
                return null;
        }

        if (violation == Violation.None)
            return null;
        FrameHeader.Read(_block.AsSpan(_start), out var bad);
        return $"{violation}: {bad}";
    }

    /// <summary>
    /// Handles this frame and those behind it that belong to the same stream: what came together leaves with one system
    /// call.
    /// </summary>
    private Violation HandleData(FrameHeader header)
    {
        Span<Slice> slices = stackalloc Slice[MaxSlices];
        var count = 0;
        var length = 0;
        var next = header;
        do
        {
            slices[count++] = new Slice(_start + ProtocolLimits.HeaderSize, next.Length);
            length += next.Length;
            _start += ProtocolLimits.HeaderSize + next.Length;
        }
        while (count < MaxSlices
            && FrameReader.TryRead(_block.AsSpan(_start, _end - _start), out next, out _)
            && next.Type == FrameType.Data && next.StreamId == header.StreamId);
        return session.OnData(header.StreamId, _block, slices[..count], length);
    }

    /// <summary>A partial frame moves to the front when the rest of it would not fit.</summary>
    private void MakeRoom()
    {
        if (_start == _end || _block!.Length - _end >= ProtocolLimits.HeaderSize + ProtocolLimits.MaxPayload - (_end - _start))
            return;
        _block.AsSpan(_start, _end - _start).CopyTo(_block);
        _end -= _start;
        _start = 0;
    }

    private void Release()
    {
        if (_block is not { } block)
            return;
        _block = null;
        BlockPool.Large.Return(block);
    }
}
