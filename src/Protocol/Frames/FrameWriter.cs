using System.Buffers.Binary;

namespace PrivateConnect.Protocol.Frames;

/// <summary>One method per frame of fixed shape; each writes the whole frame and returns its size. Pure.</summary>
public static class FrameWriter
{
    /// <summary>Room that any fixed-shape frame needs.</summary>
    public const int MaxFixedFrame = ProtocolLimits.HeaderSize + 16;

    /// <summary>OPENED.</summary>
    public static int Opened(Span<byte> into, uint streamId) => Empty(into, FrameType.Opened, streamId);

    /// <summary>FIN.</summary>
    public static int Fin(Span<byte> into, uint streamId) => Empty(into, FrameType.Fin, streamId);

    /// <summary>CREDIT: absolute limit of the stream, and the frame bytes of the session received so far.</summary>
    public static int Credit(Span<byte> into, uint streamId, long limit, long sessionReceived)
    {
        FrameHeader.Write(into, FrameType.Credit, 16, streamId);
        BinaryPrimitives.WriteInt64BigEndian(into[8..], limit);
        BinaryPrimitives.WriteInt64BigEndian(into[16..], sessionReceived);
        return 24;
    }

    /// <summary>RESET with its cause.</summary>
    public static int Reset(Span<byte> into, uint streamId, ushort error)
    {
        FrameHeader.Write(into, FrameType.Reset, 2, streamId);
        BinaryPrimitives.WriteUInt16BigEndian(into[8..], error);
        return 10;
    }

    /// <summary>PING with a value that the PONG repeats.</summary>
    public static int Ping(Span<byte> into, long value)
    {
        FrameHeader.Write(into, FrameType.Ping, 8, 0);
        BinaryPrimitives.WriteInt64BigEndian(into[8..], value);
        return 16;
    }

    /// <summary>PONG: the ping's value, and the frame bytes of the session received so far.</summary>
    public static int Pong(Span<byte> into, long value, long sessionReceived)
    {
        FrameHeader.Write(into, FrameType.Pong, 16, 0);
        BinaryPrimitives.WriteInt64BigEndian(into[8..], value);
        BinaryPrimitives.WriteInt64BigEndian(into[16..], sessionReceived);
        return 24;
    }

    /// <summary>A frame whose payload is already encoded.</summary>
    public static int WithPayload(Span<byte> into, FrameType type, uint streamId, ReadOnlySpan<byte> payload)
    {
        FrameHeader.Write(into, type, payload.Length, streamId);
        payload.CopyTo(into[ProtocolLimits.HeaderSize..]);
        return ProtocolLimits.HeaderSize + payload.Length;
    }

    private static int Empty(Span<byte> into, FrameType type, uint streamId)
    {
        FrameHeader.Write(into, type, 0, streamId);
        return ProtocolLimits.HeaderSize;
    }
}
