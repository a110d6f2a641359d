using System.Buffers.Binary;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

public sealed partial class Session
{
    private volatile GoAway? _remoteGoAway;
    private RateMeter _resets = new(ProtocolLimits.ResetsPerSecond, ProtocolLimits.ResetBurst);
    private RateMeter _useless = new(ProtocolLimits.ResetsPerSecond, ProtocolLimits.ResetBurst);
    private RateMeter _control = new(ProtocolLimits.ControlPerSecond, ProtocolLimits.ControlBurst);
    private RateMeter _pings = new(ProtocolLimits.PingsPerSecond, ProtocolLimits.PingBurst);

    private long NowMilliseconds => (long)(Time.GetTimestamp() * 1000.0 / Time.TimestampFrequency);

    /// <summary>Handles one whole frame that is not data. Checks first, then changes; anything but None ends the session.</summary>
    internal Violation OnFrame(in FrameHeader header, byte[] block, int payloadAt)
    {
        var payload = block.AsSpan(payloadAt, header.Length);
        switch (header.Type)
        {
            case FrameType.Credit:
                return OnCredit(header.StreamId, BinaryPrimitives.ReadInt64BigEndian(payload));
            case FrameType.Open:
                return OnOpen(header.StreamId, block.AsMemory(payloadAt, header.Length));
            case FrameType.Opened:
                return OnOpened(header.StreamId);
            case FrameType.Fin:
                return OnFin(header.StreamId);
            case FrameType.Reset:
                return OnReset(header.StreamId, (StreamError)BinaryPrimitives.ReadUInt16BigEndian(payload));
            case FrameType.Ping:
                OnAliveReceived(header);
                if (!_pings.TryTake(NowMilliseconds))
                    return Flood("pings");
                Sending.AddPong(BinaryPrimitives.ReadInt64BigEndian(payload));
                return Violation.None;
            case FrameType.Pong:
                OnAliveReceived(header);
                return OnPong(BinaryPrimitives.ReadInt64BigEndian(payload));
            case FrameType.GoAway:
                return OnGoAway(block.AsMemory(payloadAt, header.Length));
            case FrameType.Control:
                if (!_control.TryTake(NowMilliseconds))
                    return Flood("control messages");
                if (ControlCodec.Decode(payload.ToArray()) is not { } message)
                    return Violation.BadPayload;
                _handler.OnControl(message);
                return Violation.None;
            default:
                if (!FrameHeader.IsIgnorable(header.Type))
                    return Violation.WrongState;
                return _useless.TryTake(NowMilliseconds) ? Violation.None : Flood("ignorable frames");
        }
    }

    /// <summary>Handles frames of data that came together for one stream; as <see cref="OnFrame"/>.</summary>
    internal Violation OnData(uint id, ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices, int length)
    {
        if (_streams.Find(id, out var wasUsed) is not { } stream)
            return wasUsed ? Violation.None : Violation.BadStreamId;
        var violation = stream.OnData(block, slices, length);
        if (Held.IsExhausted)
            Held.Victim()?.Reset(StreamError.Budget);
        return violation;
    }

    private Violation OnCredit(uint id, long limit)
    {
        if (_streams.Find(id, out var wasUsed) is not { } stream)
            return wasUsed ? Violation.None : Violation.BadStreamId;
        var violation = stream.OnCredit(limit, out var isUseless);
        if (violation != Violation.None || !isUseless || _useless.TryTake(NowMilliseconds))
            return violation;
        return Flood("credits that give nothing");
    }

    private Violation OnOpen(uint id, ReadOnlyMemory<byte> payload)
    {
        if (ControlCodec.DecodeOpen(payload) is not { } request)
            return Violation.BadPayload;
        if (!_streams.TryClaimPeerId(id))
            return Violation.BadStreamId;
        if (RefusalOf() is var refusal && refusal != StreamError.None && refusal != StreamError.SessionLost)
            return Refuse(id, refusal);
        if (Volatile.Read(ref _unanswered) >= ProtocolLimits.MaxUnansweredOpens)
            return Refuse(id, StreamError.TooManyStreams);
        if (Volatile.Read(ref _goingAway))
            return Refuse(id, StreamError.Shutdown);
        var stream = new MuxStream(this, id, StreamState.Offered, _options.SendWindow, _options.ReceiveWindow);
        Interlocked.Increment(ref _unanswered);
        _streams.AddPeer(stream);
        _options.Budget.Add(ProtocolLimits.StreamCost);
        _handler.OnOpen(stream, request);
        // The session may have ended, and looked through its table, before the stream was in it.
        if (_ended.Task.IsCompleted)
            stream.Abort(StreamError.SessionLost, tellPeer: false);
        return Violation.None;
    }

    private Violation Refuse(uint id, StreamError error)
    {
        Queue(new ControlFrame(FrameType.Reset, id, null, (ushort)error));
        return Violation.None;
    }

    private Violation OnOpened(uint id)
    {
        if (!_streams.IsOwn(id))
            return Violation.WrongState;
        if (_streams.Find(id, out var wasUsed) is not { } stream)
            return wasUsed ? Violation.None : Violation.BadStreamId;
        return stream.OnOpened() ? Violation.None : Violation.WrongState;
    }

    private Violation OnFin(uint id)
    {
        if (_streams.Find(id, out var wasUsed) is not { } stream)
            return wasUsed ? Violation.None : Violation.BadStreamId;
        return stream.OnFin() ? Violation.None : Violation.WrongState;
    }

    private Violation OnReset(uint id, StreamError error)
    {
        if (_streams.Find(id, out var wasUsed) is not { } stream)
            return wasUsed ? Violation.None : Violation.BadStreamId;
        // A peer that opens and cancels makes us work for nothing. Only the hub counts: what it opens itself comes from
        // strangers, whose coming and going is not its flood.
        if (_role == SessionRole.Hub && !_streams.IsOwn(id) && stream.IsUnanswered && !_resets.TryTake(NowMilliseconds))
            return Flood("streams opened and reset");
        stream.OnPeerReset(error);
        return Violation.None;
    }

    private void OnAliveReceived(in FrameHeader header) =>
        Volatile.Write(ref _aliveIn, _aliveIn + ProtocolLimits.HeaderSize + header.Length);

    private Violation OnPong(long value)
    {
        // The value is our own timestamp; a peer that forges it only spoils its own round trip.
        var now = Time.GetTimestamp();
        var took = Time.GetElapsedTime(value, now);
        if (took < TimeSpan.Zero || took > RoundTripTime.Longest)
            return Violation.None;
        _roundTrip.Add(took);
        if (_roundTrip.IsYoung)
            Sending.AddPing(now);
        else
            _pingTimes.Add(took);
        return Violation.None;
    }

    private Violation OnGoAway(ReadOnlyMemory<byte> payload)
    {
        if (HandshakeCodec.DecodeGoAway(payload) is not { } goAway)
            return Violation.BadPayload;
        _remoteGoAway = goAway;
        _handler.OnGoAway(goAway);
        if (goAway.Code is not (GoAwayCode.Draining or GoAwayCode.Closing))
            End(ReasonOf(goAway.Code), goAway.Text);
        return Violation.None;
    }

    private Violation Flood(string what)
    {
        Close(SessionEndReason.Flood, $"flood: too many {what}");
        return Violation.None;
    }

    private MuxStream? LargestHolder()
    {
        MuxStream? largest = null;
        foreach (var stream in _streams.Snapshot())
        {
            if (largest is null || stream.BytesHeld > largest.BytesHeld)
                largest = stream;
        }

        return largest is { BytesHeld: > 0 } ? largest : null;
    }
}
